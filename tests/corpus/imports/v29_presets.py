from agora_agent import Agora, Area
from agora_agent.agentkit import Agent, AgentPresets

client = Agora(area=Area.US, app_id="…", app_certificate="…")
agent = Agent(name="presets", instructions="Be brief.", greeting="Hello.")
session = agent.create_session(
    client,
    channel="c",
    agent_uid="1",
    remote_uids=["2"],
    preset=[AgentPresets.asr.deepgram_nova_3, AgentPresets.llm.openai_gpt_5_mini, AgentPresets.tts.openai_tts_1],
)
session.start()
