$headers = @{
    "Authorization" = "Basic PLANTED"
    "Content-Type"  = "application/json"
}
$prompt = "You are kind."
$body = @{
    name = "agent-$(Get-Date -Format 'yyyyMMdd')"
    properties = @{
        channel = $channel
        token = $env:TOKEN
        agent_rtc_uid = "0"
        remote_rtc_uids = @("*")
        idle_timeout = 60
        llm = @{
            url = "https://api.groq.com/openai/v1/chat/completions"
            api_key = $env:GROQ_API_KEY
            system_messages = @(@{ role = "system"; content = $prompt })
            params = @{ model = "llama-3.3-70b-versatile"; temperature = 0.3 }
        }
        tts = @{ vendor = "openai"; params = @{ api_key = "sk-PLANTED"; model = "tts-1"; voice = "nova"; speed = 1 } }
        advanced_features = @{ enable_aivad = $true }
    }
} | ConvertTo-Json -Depth 10
$r = Invoke-RestMethod -Uri "https://api.agora.io/api/conversational-ai-agent/v2/projects/$appId/join" -Method POST -Headers $headers -Body $body
