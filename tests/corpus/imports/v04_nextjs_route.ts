import { NextResponse } from 'next/server';
import { RtcTokenBuilder, RtcRole } from 'agora-token';
import { ClientStartRequest, TTSVendor, AgoraStartRequest } from '@/types/conversation';

const getValidatedConfig = () => {
  const agoraConfig = {
    baseUrl: process.env.NEXT_PUBLIC_AGORA_CONVO_AI_BASE_URL || '',
    appId: process.env.NEXT_PUBLIC_AGORA_APP_ID || '',
  };
  const llmConfig = {
    url: process.env.NEXT_LLM_URL,
    api_key: process.env.NEXT_LLM_API_KEY,
    model: process.env.NEXT_LLM_MODEL,
  };
  const ttsVendor = (process.env.NEXT_TTS_VENDOR as TTSVendor) || TTSVendor.Microsoft;
  const modalitiesConfig = {
    input: process.env.NEXT_INPUT_MODALITIES?.split(',') || ['text'],
    output: process.env.NEXT_OUTPUT_MODALITIES?.split(',') || ['text', 'audio'],
  };
  return { agora: agoraConfig, llm: llmConfig, ttsVendor, modalities: modalitiesConfig };
};

function getTTSConfig(vendor: TTSVendor) {
  if (vendor === TTSVendor.Microsoft) {
    return {
      vendor: TTSVendor.Microsoft,
      params: {
        key: process.env.NEXT_MICROSOFT_TTS_KEY!,
        region: process.env.NEXT_MICROSOFT_TTS_REGION!,
        voice_name: process.env.NEXT_MICROSOFT_TTS_VOICE_NAME || 'en-US-AndrewMultilingualNeural',
        rate: parseFloat(process.env.NEXT_MICROSOFT_TTS_RATE || '1.0'),
        volume: parseFloat(process.env.NEXT_MICROSOFT_TTS_VOLUME || '100.0'),
      },
    };
  }
  return { vendor: TTSVendor.ElevenLabs, params: { key: process.env.NEXT_ELEVENLABS_API_KEY!, model_id: 'eleven_flash_v2_5', voice_id: 'x' } };
}

export async function POST(request: Request) {
    const config = getValidatedConfig();
    const body: ClientStartRequest = await request.json();
    const { requester_id, channel_name, input_modalities, output_modalities } = body;
    const timestamp = Date.now();
    const token = RtcTokenBuilder.buildTokenWithUid(config.agora.appId, 'x', channel_name, 0, RtcRole.PUBLISHER, 1, 1);
    const uniqueName = `conversation-${timestamp}-${Math.random().toString(36).substring(2, 8)}`;
    const ttsConfig = getTTSConfig(config.ttsVendor);
    const requestBody: AgoraStartRequest = {
      name: uniqueName,
      properties: {
        channel: channel_name,
        token: token,
        agent_rtc_uid: 'Agent',
        remote_rtc_uids: [requester_id.toString()],
        enable_string_uid: true,
        idle_timeout: 30,
        asr: { language: 'en-US', task: 'conversation' },
        llm: {
          url: config.llm.url,
          api_key: config.llm.api_key,
          system_messages: [
            { role: 'system', content: 'You are a helpful assistant. Pretend that the text input is audio.' },
          ],
          greeting_message: 'Hello! How can I assist you today?',
          failure_message: 'Please wait a moment.',
          max_history: 10,
          params: {
            model: config.llm.model || 'gpt-3.5-turbo',
            max_tokens: 1024,
            temperature: 0.7,
            top_p: 0.95,
          },
          input_modalities: input_modalities || config.modalities.input,
          output_modalities: output_modalities || config.modalities.output,
        },
        tts: ttsConfig,
        vad: { silence_duration_ms: 480, speech_duration_ms: 15000, threshold: 0.5, interrupt_duration_ms: 160, prefix_padding_ms: 300 },
        advanced_features: { enable_aivad: false, enable_bhvs: false },
      },
    };
    const response = await fetch(`${config.agora.baseUrl}/${config.agora.appId}/join`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: generateCredentials() },
      body: JSON.stringify(requestBody),
    });
    return NextResponse.json(await response.json());
}
