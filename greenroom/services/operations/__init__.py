"""Running the installation: the twin process, running agents, credentials, retention, sound check."""

from greenroom.services.operations.agora_clients import AgoraClients
from greenroom.services.operations.credentials import NO_TEST, Credentials, CredentialStatus, CredentialTest
from greenroom.services.operations.key_broker import KeyBroker, KeyNotAllowed, sentence
from greenroom.services.operations.process_lease import ProcessLease
from greenroom.services.operations.retention import DataRetention
from greenroom.services.operations.running_agents import RunningAgent, RunningAgentsService, StartedBy
from greenroom.services.operations.sound_check import HEARD_RATE, MicrophoneCheck, SoundCheckStatus
from greenroom.services.operations.twin_process import TwinProcess

__all__ = [
    "HEARD_RATE",
    "NO_TEST",
    "AgoraClients",
    "CredentialStatus",
    "CredentialTest",
    "Credentials",
    "DataRetention",
    "SoundCheckStatus",
    "ProcessLease",
    "StartedBy",
    "KeyBroker",
    "KeyNotAllowed",
    "RunningAgent",
    "RunningAgentsService",
    "MicrophoneCheck",
    "TwinProcess",
    "sentence",
]
