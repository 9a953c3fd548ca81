from agora_agent import Agora, Agent, Area
from agora_agent.agentkit.vendors import OpenAIRealtime, MicrosoftTTS, AzureOpenAI, HeyGenAvatar, CartesiaTTS, AssemblyAISTT
from agora_agent.agentkit import AgentConfigOptions
import os

def make(channel):
    client = Agora(area=Area.EU, app_id=os.environ["AGORA_APP_ID"], app_certificate=os.environ["AGORA_APP_CERTIFICATE"])
    llm = AzureOpenAI(api_key=os.environ["AZURE_OPENAI_KEY"], endpoint="https://me.openai.azure.com", deployment_name="gpt-4o", api_version="2024-08-01-preview", temperature=0.4)
    tts = CartesiaTTS(api_key=os.environ["CARTESIA"], voice_id="abc", model_id="sonic-2", sample_rate=24000)
    agent = Agent(name="a", instructions="You are kind.", greeting="Hi", turn_detection={"config": {"end_of_speech": {"mode": "semantic", "semantic_config": {"silence_duration_ms": 320, "max_wait_ms": 3000}}}})
    agent = agent.with_llm(llm).with_tts(tts).with_stt(AssemblyAISTT(api_key="PLANTED", language="en"))
    agent = agent.with_avatar(HeyGenAvatar(api_key=os.environ["HEYGEN"], quality="high", agora_uid="2", avatar_id="Wayne"))
    session = agent.create_session(client, channel=channel, agent_uid="1", remote_uids=["100"], idle_timeout=120)
    return session.start()
