#!/bin/bash
source .env
BODY=$(cat <<'JSON'
{"name":"w","properties":{"channel":"c","token":"t","agent_rtc_uid":"1","remote_rtc_uids":["*"],"llm":{"url":"https://x.example/v1/chat/completions","api_key":"PLANTED","system_messages":[{"role":"system","content":"Hi"}],"vendor":"custom","params":{"model":"m"}},"tts":{"vendor":"murf","params":{"api_key":"PLANTED","voiceId":"Ariana","style":"Conversational"}}}}
JSON
)
curl -sS -X POST "$URL/join" -H "Authorization: agora token=$TOKEN" -H 'Content-Type: application/json' -d "$BODY" | jq .
