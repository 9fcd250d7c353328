"""Authlib as a client: discovery, every grant, introspection, revocation, and JWT validation against the JWKS.

Its private_key_jwt is the stock one: RS256, assertions of one hour, no kid.

Told by the environment what a client is told; prints what it saw as JSON.
"""

import json
import os

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.jose import JsonWebKey, jwt
from authlib.oauth2.rfc7523 import PrivateKeyJWT
from authlib.oauth2.rfc8414 import get_well_known_url

env = os.environ
os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # http, on this machine only

metadata = requests.get(get_well_known_url(env["ISSUER"], external=True), timeout=10).json()
assert metadata["issuer"] == env["ISSUER"]
TOKEN = metadata["token_endpoint"]
told = {}


def session(secret=env["CLIENT_SECRET"], **kwargs):
    return OAuth2Session(env["CLIENT_ID"], secret, token_endpoint=TOKEN, code_challenge_method="S256", **kwargs)


def refusal(call):
    try:
        call()
    except OAuthError as error:
        return error.error
    return None


told["own_scope"] = session().fetch_token(TOKEN, grant_type="client_credentials")["scope"]
told["wrong_secret"] = refusal(lambda: session("wrong").fetch_token(TOKEN, grant_type="client_credentials"))
told["too_much"] = refusal(lambda: session().fetch_token(TOKEN, grant_type="client_credentials", scope="role:read"))

keyed = OAuth2Session(env["CLIENT_ID"], env["CLIENT_KEY"], token_endpoint_auth_method="private_key_jwt")
keyed.register_client_auth_method(PrivateKeyJWT(TOKEN))
told["by_key"] = [keyed.fetch_token(TOKEN, grant_type="client_credentials")["scope"] for _ in range(2)]

client = session(redirect_uri=env["REDIRECT_URI"])
first = dict(client.fetch_token(TOKEN, authorization_response=env["CALLBACK"], code_verifier=env["VERIFIER"]))
told["code_scope"] = first["scope"]
second = dict(client.refresh_token(TOKEN, refresh_token=first["refresh_token"]))
told["rotated"] = second["refresh_token"] != first["refresh_token"]

keys = JsonWebKey.import_key_set(requests.get(metadata["jwks_uri"], timeout=10).json())
claims = jwt.decode(
    second["access_token"],
    keys,
    claims_options={
        "iss": {"essential": True, "value": metadata["issuer"]},
        "aud": {"essential": True, "value": env["AUDIENCE"]},
        "exp": {"essential": True},
    },
)
claims.validate(leeway=5)
told["claims"] = [claims["sub"], claims["client_id"], claims.header["typ"]]

known = client.introspect_token(metadata["introspection_endpoint"], token=second["access_token"]).json()
told["introspected"] = [known["active"], known["sub"]]
client.revoke_token(metadata["revocation_endpoint"], token=second["refresh_token"]).raise_for_status()
told["revoked"] = client.introspect_token(metadata["introspection_endpoint"], token=second["access_token"]).json()["active"]
print(json.dumps(told))
