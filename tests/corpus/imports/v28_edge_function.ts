function voiceFor(vendor: string, key: string) {
  switch (vendor) {
    case "elevenlabs":
      return { vendor: "elevenlabs", params: { key, model_id: "eleven_flash_v2_5", voice_id: "x" } };
    default:
      return { vendor, params: { api_key: key } };
  }
}

Deno.serve(async (request) => {
  if (request.method === "OPTIONS") {
    return new Response("ok");
  }
  if (!request.body) return { statusCode: 400, error: "no body" };
  let prompt = "Be brief.";
  const asked = await request.json();
  if (asked.prompt) prompt = asked.prompt;
  const body = {
    name: "edge",
    properties: {
      channel: asked.channel,
      token: "",
      agent_rtc_uid: "1",
      remote_rtc_uids: ["*"],
      llm: {
        url: Deno.env.get("LLM_URL") || "https://api.openai.com/v1/chat/completions",
        api_key: Deno.env.get("LLM_API_KEY"),
        system_messages: [{ role: "system", content: prompt }],
        params: { model: Deno.env.get("LLM_MODEL") || "gpt-4o-mini" },
        input_modalities: Deno.env.get("MODALITIES")?.split(",") || ["text"],
      },
      tts: voiceFor(Deno.env.get("TTS_VENDOR"), Deno.env.get("TTS_KEY")),
    },
  };
  const answer = await fetch(`https://api.agora.io/x/${Deno.env.get("APP_ID")}/join`, { method: "POST", body: JSON.stringify(body) });
  return new Response(await answer.text());
});
