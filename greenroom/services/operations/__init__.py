"""Running the installation: the twin process, running agents, credentials, retention, sound check."""

from typing import TYPE_CHECKING

from greenroom.lazy_exports import lazy_exports

if TYPE_CHECKING:
    from greenroom.services.operations.agora_clients import AgoraClients
    from greenroom.services.operations.credentials import NO_TEST, Credentials, CredentialStatus, CredentialTest
    from greenroom.services.operations.key_broker import KeyBroker, KeyNotAllowed, sentence
    from greenroom.services.operations.model_download import download_model
    from greenroom.services.operations.offline_brains import OfflineBrains, own_server, stand_in_for
    from greenroom.services.operations.process_lease import ProcessLease
    from greenroom.services.operations.retention import DataRetention
    from greenroom.services.operations.running_agents import RunningAgent, RunningAgentsService, StartedBy
    from greenroom.services.operations.sound_check import HEARD_RATE, MicrophoneCheck, SoundCheckStatus
    from greenroom.services.operations.twin_brains import BrainListing, BrainTrialResult, OfferedBrain
    from greenroom.services.operations.twin_process import TwinProcess

__all__ = [
    "HEARD_RATE",
    "NO_TEST",
    "AgoraClients",
    "BrainListing",
    "BrainTrialResult",
    "CredentialStatus",
    "CredentialTest",
    "Credentials",
    "DataRetention",
    "OfferedBrain",
    "OfflineBrains",
    "SoundCheckStatus",
    "ProcessLease",
    "StartedBy",
    "KeyBroker",
    "KeyNotAllowed",
    "RunningAgent",
    "RunningAgentsService",
    "MicrophoneCheck",
    "TwinProcess",
    "download_model",
    "own_server",
    "sentence",
    "stand_in_for",
]

__getattr__ = lazy_exports(
    __name__,
    {
        "AgoraClients": "agora_clients",
        "BrainListing": "twin_brains",
        "BrainTrialResult": "twin_brains",
        "CredentialStatus": "credentials",
        "CredentialTest": "credentials",
        "Credentials": "credentials",
        "DataRetention": "retention",
        "HEARD_RATE": "sound_check",
        "KeyBroker": "key_broker",
        "OfferedBrain": "twin_brains",
        "OfflineBrains": "offline_brains",
        "KeyNotAllowed": "key_broker",
        "MicrophoneCheck": "sound_check",
        "NO_TEST": "credentials",
        "ProcessLease": "process_lease",
        "RunningAgent": "running_agents",
        "RunningAgentsService": "running_agents",
        "SoundCheckStatus": "sound_check",
        "StartedBy": "running_agents",
        "TwinProcess": "twin_process",
        "download_model": "model_download",
        "own_server": "offline_brains",
        "sentence": "key_broker",
        "stand_in_for": "offline_brains",
    },
)
