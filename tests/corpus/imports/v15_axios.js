require('dotenv').config();
const axios = require('axios');
const express = require('express');
const app = express();
const { APP_ID, LLM_API_KEY, TTS_KEY = 'PLANTED-default' } = process.env;
const PROMPT = [
  'You are kind.',
  'Keep it short.',
].join('\n');
app.post('/start', async (req, res) => {
  const { channel, uid } = req.body;
  const data = {
    name: 'agent_' + channel,
    properties: {
      channel, token: req.body.token, agent_rtc_uid: '0', remote_rtc_uids: [`${uid}`],
      idle_timeout: 2 * 60,
      llm: { url: 'https://generativelanguage.googleapis.com/v1beta/models/gemini-2.0-flash:streamGenerateContent?alt=sse&key=' + process.env.GEMINI_KEY, style: 'gemini',
        system_messages: [{ parts: [{ text: PROMPT }], role: 'user' }], params: { model: 'gemini-2.0-flash' }, ignore_empty: true, max_history: 10 },
      tts: { vendor: 'elevenlabs', params: { key: TTS_KEY, model_id: 'eleven_flash_v2_5', voice_id: '21m00Tcm4TlvDq8ikWAM' } },
      asr: { language: 'es-ES' },
      ...(req.body.avatar ? { avatar: { vendor: 'anam', enable: true, params: { api_key: process.env.ANAM, avatar_id: 'x' } } } : {}),
    },
  };
  const r = await axios.post(`https://api.agora.io/api/conversational-ai-agent/v2/projects/${APP_ID}/join`, data, { auth: { username: process.env.CID, password: process.env.CSEC } });
  res.json(r.data);
});
