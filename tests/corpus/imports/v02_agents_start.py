import os
from agora_agent import Agora, Area
from agora_agent.agents import (
    StartAgentsRequestProperties,
    StartAgentsRequestPropertiesAsr,
    StartAgentsRequestPropertiesLlm,
)
from agora_agent.types import Tts_Elevenlabs, ElevenLabsTtsParams

client = Agora(area=Area.US, app_id=APP_ID, app_certificate=CERT)
client.agents.start(
    app_id=APP_ID,
    name="unique_name",
    properties=StartAgentsRequestProperties(
        channel="channel_name",
        token="token",
        agent_rtc_uid="1001",
        remote_rtc_uids=["1002"],
        idle_timeout=120,
        asr=StartAgentsRequestPropertiesAsr(language="en-US"),
        tts=Tts_Elevenlabs(params=ElevenLabsTtsParams(key="PLANTED-el", model_id="eleven_flash_v2_5", voice_id="pNInz6obpgDQGcFmaJgB", sample_rate=24000)),
        llm=StartAgentsRequestPropertiesLlm(
            url="https://api.openai.com/v1/chat/completions",
            api_key="sk-PLANTED",
            system_messages=[{"role": "system", "content": "You are a helpful chatbot."}],
            params={"model": "gpt-4o-mini"},
            max_history=32,
            greeting_message="Hello!",
            failure_message="Please hold on.",
        ),
    ),
)
