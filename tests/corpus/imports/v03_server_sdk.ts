import { AgoraClient, Area, Agent, OpenAI, ElevenLabsTTS, DeepgramSTT, ExpiresIn } from 'agora-agent-server-sdk';

const ADA_PROMPT = `You are **Ada**, an agentic developer advocate from **Agora**.
You help developers.`;
const GREETING = "Hi there! I'm Ada.";
const VOICE = 'pNInz6obpgDQGcFmaJgB';
const client = new AgoraClient({
  area: Area.US,
  appId: process.env.AGORA_APP_ID!,
  appCertificate: process.env.AGORA_APP_CERTIFICATE!,
});

const agent = new Agent({
  name: `conversation-${Date.now()}`,
  instructions: ADA_PROMPT,
  greeting: GREETING,
  failureMessage: 'Please wait a moment.',
  maxHistory: 50,
  turnDetection: {
    config: {
      speech_threshold: 0.5,
      start_of_speech: { mode: 'vad', vad_config: { interrupt_duration_ms: 160, prefix_padding_ms: 300 } },
      end_of_speech: { mode: 'vad', vad_config: { silence_duration_ms: 480 } },
    },
  },
  advancedFeatures: { enable_rtm: true, enable_tools: true },
  parameters: { data_channel: 'rtm', enable_error_message: true },
})
  .withStt(new DeepgramSTT({ apiKey: process.env.DEEPGRAM_API_KEY!, model: 'nova-3', language: 'en' }))
  .withLlm(new OpenAI({ apiKey: process.env.OPENAI_API_KEY!, model: 'gpt-4o-mini', temperature: 0.7, maxTokens: 512 }))
  .withTts(new ElevenLabsTTS({ key: process.env.ELEVENLABS_API_KEY!, modelId: 'eleven_flash_v2_5', voiceId: VOICE, sampleRate: 24000 }));

const session = agent.createSession(client, {
  channel,
  agentUid: '123456',
  remoteUids: [requesterUid],
  idleTimeout: 30,
  expiresIn: ExpiresIn.hours(1),
});
