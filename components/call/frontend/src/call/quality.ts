/** Network quality as grades, from Agora's levels 0..6 for uplink and downlink (SDK event `network-quality`). Pure. */

export type Grade = "unknown" | "good" | "fair" | "poor" | "none";

/** Grades of uplink and downlink. */
export interface Quality {
  up: Grade;
  down: Grade;
}

/** 1 excellent, 2 good, 3 slightly impaired, 4 not smooth, 5 barely possible, 6 disconnected; 0 is not known yet. */
const GRADES: readonly Grade[] = ["unknown", "good", "good", "fair", "poor", "poor", "none"];
const FROM_BAD_TO_GOOD: readonly Grade[] = ["none", "poor", "fair", "good"];

/** Grades from Agora's levels 0..6; other values are unknown. */
export function qualityOf(up: number, down: number): Quality {
  return { up: GRADES[up] ?? "unknown", down: GRADES[down] ?? "unknown" };
}

/** The worse of uplink and downlink. */
export function gradeOf({ up, down }: Quality): Grade {
  return FROM_BAD_TO_GOOD.find((grade) => up === grade || down === grade) ?? "unknown";
}

/** Detects changes, because the SDK reports the quality every 2 s. */
export class QualityChanges {
  private grade: Grade = "unknown";
  private last: Quality | null = null;

  /** False if the SDK repeats the last report. */
  isNew(quality: Quality): boolean {
    const repeated = quality.up === this.last?.up && quality.down === this.last.down;
    this.last = quality;
    return !repeated;
  }

  /** A line for the event log; null if the grade hasn't changed. */
  of(quality: Quality): string | null {
    const grade = gradeOf(quality);
    if (grade === this.grade || grade === "unknown") return null;
    this.grade = grade;
    return `${grade} (up ${quality.up}, down ${quality.down})`;
  }
}
