import asyncio, base64, httpx, json, os
from dotenv import load_dotenv
load_dotenv()

APP_ID = os.getenv("AGORA_APP_ID")
BASE = f"https://api.agora.io/api/conversational-ai-agent/v2/projects/{APP_ID}"
SYSTEM = (
    "You are a voice agent. "
    "Keep it short."
)

def build_payload(channel: str, uid: int, *, voice: str = "en-US-AvaNeural", **kw) -> dict:
    llm = dict(
        url=os.environ.get("LLM_URL", "https://api.openai.com/v1/chat/completions"),
        api_key=os.environ["LLM_API_KEY"],
        system_messages=[{"role": "system", "content": SYSTEM}],
        params={"model": os.getenv("LLM_MODEL", "gpt-4.1-mini"), "temperature": float(os.getenv("LLM_TEMP", "0.4"))},
    )
    llm["greeting_message"] = "Hey!"
    llm.update({"max_history": 20})
    payload = {
        "name": f"agent-{channel}",
        "properties": {
            "channel": channel,
            "token": make_token(channel),
            "agent_rtc_uid": "999",
            "remote_rtc_uids": [str(uid)],
            "llm": llm,
            "tts": {"vendor": "microsoft", "params": {"key": os.environ["AZ"], "region": "eastus", "voice_name": voice}},
        },
    }
    if kw.get("avatar"):
        payload["properties"]["avatar"] = {"enable": True, "vendor": "akool", "params": {"api_key": os.environ["AKOOL"], "agora_uid": "5", "avatar_id": "dvp_Tristan_cloth2_1080P"}}
    payload["properties"]["idle_timeout"] = 90
    return payload

async def main():
    async with httpx.AsyncClient(timeout=30) as c:
        r = await c.post(f"{BASE}/join", json=build_payload("c", 1), headers={"Authorization": "Basic x"})
        print(r.json())

asyncio.run(main())
