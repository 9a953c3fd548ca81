"""The list of credentials: whole, in the form that a page and a request can use, and without a key in any address."""

from __future__ import annotations

import pytest

from greenroom.catalog.credentials import CREDENTIALS, NAME, known, wanted_by

pytestmark = pytest.mark.unit

PROVED = [credential for credential in CREDENTIALS if credential.proof]


def test_every_name_that_a_setting_asks_for_is_described_and_nothing_else_is():
    """row 14"""
    assert {credential.name for credential in CREDENTIALS} == set(wanted_by())
    assert [credential.name for credential in known()] == [credential.name for credential in CREDENTIALS]


def test_no_name_is_described_twice_or_is_the_servers_own():
    names = [credential.name for credential in CREDENTIALS]
    assert len(names) == len(set(names))
    assert [n for n in names if not NAME.fullmatch(n) or n.startswith(("AGORA_", "GREENROOM_"))] == []


def test_a_credential_says_where_to_get_it_or_what_it_is():
    for credential in CREDENTIALS:
        assert credential.label, credential.name
        assert credential.page.startswith("https://") or credential.about, credential.name


def test_a_proof_carries_the_key_once_and_never_in_the_address():
    """row 94"""
    for name, proof in ((credential.name, credential.proof) for credential in PROVED):
        assert proof is not None
        assert proof.url.startswith("https://"), name
        assert "{key}" not in proof.url, name
        assert [value.count("{key}") for _, value in (*proof.headers, *proof.form) if "{key}" in value] == [1], name
        assert proof.refused or proof.unclear, f"{name}: some status must show that a key is not good"
        assert not set(proof.refused) & set(proof.unclear), name


def test_keys_of_most_global_vendors_can_be_tried():
    assert len(PROVED) >= 25
