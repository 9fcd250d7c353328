//! The oauth2 crate as a client: discovery by hand (it has none), every grant, introspection, revocation.
//! Told by the environment what a client is told; prints what it saw as JSON.

use std::env::var;
use std::io::{Read, Write};
use std::net::TcpStream;

use oauth2::basic::{BasicClient, BasicErrorResponseType};
use oauth2::{
    AuthType, AuthorizationCode, ClientId, ClientSecret, HttpRequest, HttpResponse, IntrospectionUrl,
    PkceCodeVerifier, RedirectUrl, RequestTokenError, RevocationUrl, Scope, StandardRevocableToken,
    TokenIntrospectionResponse, TokenResponse, TokenUrl,
};
use serde_json::{Value, json};

fn main() {
    let env = |name: &str| var(name).expect(name);
    let issuer = env("ISSUER");
    let found = send(
        oauth2::http::Request::get(format!("{issuer}/.well-known/oauth-authorization-server"))
            .body(Vec::new())
            .expect("a request"),
    );
    let metadata: Value = serde_json::from_slice(found.expect("metadata").body()).expect("JSON");
    let url = |name: &str| metadata[name].as_str().expect(name).to_owned();
    let client = |secret: String| {
        BasicClient::new(ClientId::new(env("CLIENT_ID")))
            .set_client_secret(ClientSecret::new(secret))
            .set_auth_type(AuthType::BasicAuth)
            .set_token_uri(TokenUrl::new(url("token_endpoint")).expect("URL"))
            .set_introspection_url(IntrospectionUrl::new(url("introspection_endpoint")).expect("URL"))
            .set_revocation_url(RevocationUrl::new(url("revocation_endpoint")).expect("URL"))
            .set_redirect_uri(RedirectUrl::new(env("REDIRECT_URI")).expect("URL"))
    };
    let good = client(env("CLIENT_SECRET"));
    let own = good.exchange_client_credentials().request(&send).expect("a token");
    let wrong = client("wrong".to_owned()).exchange_client_credentials().request(&send);
    let more = good.exchange_client_credentials().add_scope(Scope::new("role:read".to_owned())).request(&send);

    let callback = oauth2::url::Url::parse(&env("CALLBACK")).expect("URL");
    let code = callback.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let first = good
        .exchange_code(AuthorizationCode::new(code))
        .set_pkce_verifier(PkceCodeVerifier::new(env("VERIFIER")))
        .request(&send)
        .expect("a token");
    let old = first.refresh_token().expect("a refresh token");
    let second = good.exchange_refresh_token(old).request(&send).expect("a token");
    let refresh = second.refresh_token().expect("a refresh token");
    let introspect = || good.introspect(second.access_token()).request(&send).expect("an introspection");
    let known = introspect();
    let token = StandardRevocableToken::RefreshToken(refresh.clone());
    // The crate insists on https for this one address; the request itself is the same.
    match good.revoke_token(token) {
        Ok(request) => request.request(&send).expect("a revocation"),
        Err(_) => revoke_over_http(&url("revocation_endpoint"), refresh.secret(), &env("CLIENT_ID"), &env("CLIENT_SECRET")),
    }
    let told = json!({
        "own_scope": scopes(own.scopes()),
        "wrong_secret": refusal(wrong),
        "too_much": refusal(more),
        "code_scope": scopes(first.scopes()),
        "rotated": old.secret() != refresh.secret(),
        "introspected": [known.active(), known.sub()],
        "revoked": introspect().active(),
    });
    println!("{told}");
}

fn revoke_over_http(url: &str, token: &str, client: &str, secret: &str) {
    let body = format!("token={token}&client_id={client}&client_secret={secret}").into_bytes();
    let request = oauth2::http::Request::post(url)
        .header("content-type", "application/x-www-form-urlencoded")
        .body(body)
        .expect("a request");
    assert_eq!(send(request).expect("a revocation").status(), 200);
}

fn scopes(scopes: Option<&Vec<Scope>>) -> String {
    scopes.into_iter().flatten().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

type Refused<E> =
    RequestTokenError<E, oauth2::StandardErrorResponse<BasicErrorResponseType>>;

fn refusal<T, E: std::error::Error>(outcome: Result<T, Refused<E>>) -> Option<String> {
    match outcome {
        Err(RequestTokenError::ServerResponse(answer)) => Some(answer.error().as_ref().to_owned()),
        _ => None,
    }
}

/// HTTP/1.1 with one connection a request: all that a loopback test needs.
fn send(request: HttpRequest) -> Result<HttpResponse, std::io::Error> {
    let authority = request.uri().authority().expect("an authority").as_str().to_owned();
    let mut stream = TcpStream::connect(&authority)?;
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let mut head = format!("{} {path} HTTP/1.1\r\nhost: {authority}\r\nconnection: close\r\n", request.method());
    for (name, value) in request.headers() {
        head.push_str(&format!("{name}: {}\r\n", value.to_str().expect("ASCII")));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", request.body().len()));
    stream.write_all(head.as_bytes())?;
    stream.write_all(request.body())?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let at = answer.windows(4).position(|four| four == b"\r\n\r\n").expect("a head");
    let head = String::from_utf8_lossy(&answer[..at]).into_owned();
    let mut body = answer[at + 4..].to_vec();
    let mut lines = head.split("\r\n");
    let status: u16 = lines.next().and_then(|line| line.split(' ').nth(1)).expect("a status").parse().expect("a number");
    let mut response = oauth2::http::Response::builder().status(status);
    for (name, value) in lines.filter_map(|line| line.split_once(": ")) {
        if name.eq_ignore_ascii_case("transfer-encoding") {
            body = unchunked(&body);
        }
        response = response.header(name, value);
    }
    Ok(response.body(body).expect("a response"))
}

fn unchunked(mut rest: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    while let Some(at) = rest.windows(2).position(|two| two == b"\r\n") {
        let size = usize::from_str_radix(std::str::from_utf8(&rest[..at]).expect("a size"), 16).expect("a size");
        if size == 0 {
            break;
        }
        body.extend_from_slice(&rest[at + 2..at + 2 + size]);
        rest = &rest[at + 2 + size + 2..];
    }
    body
}
