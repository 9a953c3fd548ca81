const requestBody = {
  name: "older",
  properties: {
    channel: "c",
    token: "",
    agent_rtc_uid: "1",
    remote_rtc_uids: ["2"],
    llm: {
      url: "https://api.openai.com/v1/chat/completions",
      api_key: process.env.OPENAI_API_KEY,
      system_messages: [{ role: "system", content: "Be brief." }],
      params: { model: "gpt-4o-mini" },
    },
    tts: { vendor: "openai", params: { api_key: process.env.OPENAI_API_KEY, model: "tts-1", voice: "coral" } },
    turn_detection: {
      mode: "agora_vad",
      config: { silence_duration_ms: 480, threshold: 0.5, prefix_padding_ms: 300 },
      start_of_speech: { interrupt_duration_ms: 160 },
    },
  },
};
