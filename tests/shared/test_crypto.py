"""Tokens that nobody guesses, and that are kept as hashes."""

from shared.crypto import new_token, token_hash


def test_new_tokens_have_256_bits_and_fit_into_a_url() -> None:
    tokens = {new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert set("".join(tokens)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_token_s_hash_is_its_sha_256() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4's own example
    assert token_hash("abc").hex() == digest
