//! How the console signs its user in: `CONSOLE_ISSUER` and `CONSOLE_CLIENT_ID`.

use crate::settings::issuers::{Issuer, is_loopback, is_safe_address};
use crate::settings::raw::{Problems, RawSettings, filled};

/// The login service of the console.
#[derive(Debug)]
pub struct ConsoleLogin {
    /// Its address, the `iss` of its tokens.
    pub issuer: String,
    /// The client that the console is there.
    pub client_id: String,
    /// Whether it runs on the same machine, as under `npm start`.
    pub is_local: bool,
}

impl ConsoleLogin {
    /// Parses both settings. `None` when they are not set, and when one of them is missing or broken.
    pub fn parse(raw: &RawSettings, issuers: &[Issuer], problems: &mut Problems) -> Option<Self> {
        let (issuer, client_id) = match (filled(&raw.console_issuer), filled(&raw.console_client_id)) {
            (Some(issuer), Some(client_id)) => (issuer, client_id),
            (None, None) => return None,
            (one, _) => {
                let (missing, set) = ("CONSOLE_CLIENT_ID", "CONSOLE_ISSUER");
                let (missing, set) = if one.is_some() { (missing, set) } else { (set, missing) };
                problems.add(format_args!("{missing} is not set: {set} is not used"));
                return None;
            }
        };
        if !(issuer.bytes().all(|byte| byte.is_ascii_graphic()) && is_safe_address(issuer)) {
            problems.add(format_args!("CONSOLE_ISSUER is not an https address: not used"));
            return None;
        }
        if !issuers.iter().any(|known| known.name == issuer) {
            problems.add(format_args!("CONSOLE_ISSUER is not in TRUSTED_ISSUERS: its tokens are refused"));
        }
        Some(Self { issuer: issuer.to_owned(), client_id: client_id.to_owned(), is_local: is_loopback(issuer) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(issuer: &str, client_id: &str) -> (Option<(String, bool)>, Vec<String>) {
        let raw = RawSettings {
            console_issuer: Some(issuer.to_owned()),
            console_client_id: Some(client_id.to_owned()),
            ..RawSettings::default()
        };
        let mut problems = Problems::default();
        let found = ConsoleLogin::parse(&raw, &[], &mut problems);
        (found.map(|login| (login.issuer, login.is_local)), problems.0)
    }

    #[test]
    fn one_setting_without_the_other_or_an_address_without_https_is_said_and_not_used() {
        for (issuer, client_id, problem) in [
            ("https://login.test", " ", "CONSOLE_CLIENT_ID is not set: CONSOLE_ISSUER is not used"),
            ("", "console", "CONSOLE_ISSUER is not set: CONSOLE_CLIENT_ID is not used"),
            ("http://login.test", "console", "CONSOLE_ISSUER is not an https address: not used"),
            ("https://login.test/\u{7f}", "console", "CONSOLE_ISSUER is not an https address: not used"),
            ("login.test", "console", "CONSOLE_ISSUER is not an https address: not used"),
        ] {
            assert_eq!(parse(issuer, client_id), (None, vec![problem.to_owned()]), "{issuer} {client_id}");
        }
        assert_eq!(parse("", " "), (None, vec![]), "both are absent on purpose");
    }

    #[test]
    fn an_issuer_whose_tokens_are_refused_is_said() {
        let problem = "CONSOLE_ISSUER is not in TRUSTED_ISSUERS: its tokens are refused";
        for (issuer, is_local) in [("https://login.test", false), ("http://localhost:8788", true)] {
            assert_eq!(parse(issuer, "console"), (Some((issuer.to_owned(), is_local)), vec![problem.to_owned()]));
        }
    }
}
