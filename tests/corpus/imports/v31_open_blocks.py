import requests

from settings import LLM_CONFIG, MODES, VoiceVendor


def start(channel, asr_config):
    body = {
        "name": "open",
        "properties": {
            "channel": channel,
            "token": "",
            "agent_rtc_uid": "1",
            "remote_rtc_uids": ["2"],
            "llm": LLM_CONFIG,
            "asr": asr_config,
            "tts": {"vendor": VoiceVendor.ElevenLabs, "params": {"key": "el-PLANTED", "model_id": "eleven_flash_v2_5", "voice_id": "x"}},
            "idle_timeout": 60,
        },
    }
    return requests.post("https://api.agora.io/x/join", json=body)
