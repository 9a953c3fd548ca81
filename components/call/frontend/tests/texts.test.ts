import { describe, expect, it } from "vitest";
import { MICROPHONE_PROBLEMS, NO_ANSWER } from "../src/call/problems";
import { PHRASES } from "../src/phrases";
import { ENGLISH, textsOf } from "../src/texts";

const GERMAN = textsOf({
  Mute: "Stumm",
  "Connecting {name}": "{name} wird verbunden",
  "The call is ending. {why}": "Das Gespräch wird beendet. {why}",
  "This link's talk time is used up.": "Die Gesprächszeit ist aufgebraucht.",
  "Something went wrong.": "Etwas ist schiefgelaufen.",
  "Try again. If it keeps happening, tell whoever sent you the link.": "Noch einmal bitte.",
});

describe("Texts of the call's controls", () => {
  it("are in the language of the page, with their values", () => {
    expect(GERMAN.of("Mute")).toBe("Stumm");
    expect(GERMAN.of("Connecting {name}", { name: "Ava" })).toBe("Ava wird verbunden");
    expect(ENGLISH.of("Connecting {name}", { name: "Ava" })).toBe("Connecting Ava");
  });

  it("translate what the server reports, and the values in it", () => {
    expect(GERMAN.known("The call is ending. This link's talk time is used up.")).toBe(
      "Das Gespräch wird beendet. Die Gesprächszeit ist aufgebraucht.",
    );
    expect(GERMAN.known("Nobody translated this.")).toBeNull();
  });

  it("say in general that something failed, where nobody translated what", () => {
    const problem = { message: "The voice returned an error (429): slow down", advice: "Check the vendor's key in Settings." };
    expect(GERMAN.problem(problem)).toEqual({ message: "Etwas ist schiefgelaufen.", advice: "Noch einmal bitte." });
    expect(ENGLISH.problem(problem)).toEqual(problem);
  });

  it("have a translation for each problem with the microphone and the server", () => {
    const phrases: readonly string[] = PHRASES;
    for (const { message, advice } of [...Object.values(MICROPHONE_PROBLEMS), NO_ANSWER]) {
      expect(phrases).toContain(message);
      expect(phrases).toContain(advice);
    }
  });
});
