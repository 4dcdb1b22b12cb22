"""SSH signatures (B24): what `ssh-keygen` makes and reads, and a code for everything else."""

import base64
import hashlib
import subprocess

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as st

from cctv_policy.errors import RecordError
from cctv_policy.records import sshsig
from cctv_policy.records.sshsig import SignatureRefused, armour, sign, sign_with_agent, verify
from tests.records.people import key_fpr, key_of

MESSAGE = b"what is approved"
KEY = key_of("P-0001")


def code(signature, message=MESSAGE):
    with pytest.raises(SignatureRefused) as caught:
        verify(signature, message)
    return caught.value.code


def pack(*parts):
    return b"".join(len(p).to_bytes(4, "big") + p for p in parts)


def assembled(key=None, namespace=b"cctv-approval@v1", hashed=b"sha512", inner=None, tail=b""):
    """A signature put together from parts, right unless told otherwise."""
    key = key if key is not None else sshsig.public_blob(KEY.public_key())
    digest = hashlib.new(hashed.decode(), MESSAGE).digest()
    data = b"SSHSIG" + pack(namespace, b"", hashed, digest)
    inner = inner if inner is not None else pack(b"ssh-ed25519", KEY.sign(data))
    blob = b"SSHSIG" + (1).to_bytes(4, "big") + pack(key, namespace, b"", hashed, inner) + tail
    return base64.b64encode(blob).decode()


def test_a_signature_names_the_key_that_made_it():
    assert verify(sign(KEY, MESSAGE), MESSAGE).fingerprint == key_fpr("P-0001")
    assert verify(assembled(), MESSAGE).fingerprint == key_fpr("P-0001")


@pytest.fixture
def key_file(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(KEY.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption()))
    file.chmod(0o600)
    return file


def test_ssh_keygen_reads_ours(tmp_path, key_file):
    public = subprocess.run(
        ["ssh-keygen", "-y", "-f", key_file], capture_output=True, text=True, check=True
    ).stdout
    (tmp_path / "allowed").write_text(f"P-0001 {public}")
    (tmp_path / "sig").write_text(armour(sign(KEY, MESSAGE)))
    command = ["ssh-keygen", "-Y", "verify", "-n", "cctv-approval@v1", "-I", "P-0001"]
    command += ["-f", str(tmp_path / "allowed"), "-s", str(tmp_path / "sig")]
    assert subprocess.run(command, input=MESSAGE, capture_output=True, check=False).returncode == 0
    assert subprocess.run(command, input=b"x", capture_output=True, check=False).returncode != 0


def test_we_read_what_ssh_keygen_makes(key_file):
    assert verify(sign_with_agent(key_file, MESSAGE), MESSAGE).fingerprint == key_fpr("P-0001")


def test_a_key_that_cannot_sign_is_said(tmp_path):
    with pytest.raises(RecordError, match="did not sign"):
        sign_with_agent(tmp_path / "gone", MESSAGE)


@pytest.mark.parametrize("kind", ["rsa", "ecdsa"])
def test_b24_other_keys_are_refused(tmp_path, kind):
    file = tmp_path / "other"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-f", file], check=True)
    assert code(sign_with_agent(file, MESSAGE)) == "signature_key_type"


def test_b24_the_same_bytes_for_another_purpose_are_refused():
    assert code(sign(KEY, MESSAGE, namespace="git")) == "signature_namespace"


def test_b24_each_defect_has_its_code():
    good = sign(KEY, MESSAGE)
    assert code(good, b"another") == "signature_mismatch"
    assert code(assembled(hashed=b"sha256")) == "signature_hash"
    assert code(assembled(tail=b"\0")) == "signature_trailing"
    raw = base64.b64decode(good)
    assert code(base64.b64encode(raw + raw).decode()) == "signature_trailing"
    assert code("") == "signature_malformed"
    assert code("not base64!") == "signature_malformed"
    certificate = pack(b"ssh-ed25519-cert-v01@openssh.com", b"x")
    assert code(assembled(key=certificate)) == "signature_certificate"
    assert code(assembled(key=pack(b"ssh-rsa", b"x"))) == "signature_key_type"
    assert code(assembled(inner=pack(b"ssh-rsa", b"x" * 64))) == "signature_key_type"
    assert code(assembled(key=pack(b"ssh-ed25519", b"x"))) == "signature_malformed"


def hardware(flags):
    """A signature of a hardware key, as PROTOCOL.u2f says."""
    point = sshsig.public_blob(KEY.public_key())[-32:]
    public = pack(b"sk-ssh-ed25519@openssh.com", point, b"ssh:")
    data = b"SSHSIG" + pack(b"cctv-approval@v1", b"", b"sha512", hashlib.sha512(MESSAGE).digest())
    tail = bytes([flags]) + (7).to_bytes(4, "big")
    told = hashlib.sha256(b"ssh:").digest() + tail + hashlib.sha256(data).digest()
    inner = pack(b"sk-ssh-ed25519@openssh.com", KEY.sign(told)) + tail
    return public, assembled(key=public, inner=inner)


def test_a_hardware_key_counts_only_if_it_was_touched():
    public, signature = hardware(1)
    assert verify(signature, MESSAGE).fingerprint == sshsig.fingerprint(public)
    assert code(hardware(0)[1]) == "signature_presence"


@given(st.binary(max_size=200))
def test_any_bytes_are_refused_with_a_code(raw):
    assert code(base64.b64encode(raw).decode()).startswith("signature_")


@given(st.data())
def test_any_flipped_byte_is_refused(data):
    raw = bytearray(base64.b64decode(sign(KEY, MESSAGE)))
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= data.draw(st.integers(1, 255))
    assert code(base64.b64encode(bytes(raw)).decode()).startswith("signature_")
