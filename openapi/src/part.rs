//! The documents that are made: the whole, and one for each dialect. The route table decides which routes a part has.

use mithril_edge::http::dialect::Dialect;
use mithril_edge::routes::Route;

/// A document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Every route.
    Whole,
    /// The routes that answer in the form of Mithril, and the addresses that all clients use.
    Mithril,
    /// The routes that answer in the form of Endpoint, and the addresses that all clients use.
    Endpoint,
}

impl Part {
    /// All documents.
    pub const ALL: [Self; 3] = [Self::Whole, Self::Mithril, Self::Endpoint];

    /// The name of the file in `public/`, which is also its address.
    pub const fn file(self) -> &'static str {
        match self {
            Self::Whole => "openapi.json",
            Self::Mithril => "openapi.mithril.json",
            Self::Endpoint => "openapi.endpoint.json",
        }
    }

    /// Whether the document has this route. Clients of both dialects use the OAuth addresses and ask about access.
    pub const fn has(self, route: &Route) -> bool {
        match (self, route.dialect) {
            (Self::Whole, _)
            | (_, Dialect::OAuth | Dialect::Access)
            | (Self::Mithril, Dialect::Mithril(_))
            | (Self::Endpoint, Dialect::Endpoint | Dialect::EndpointToken) => true,
            (Self::Mithril | Self::Endpoint, _) => false,
        }
    }

    /// The title of the document.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Whole => "mithril-edge",
            Self::Mithril => "mithril-edge: Mithril",
            Self::Endpoint => "mithril-edge: Endpoint",
        }
    }

    /// The introduction, in Markdown. That of a part leaves the other dialect out.
    pub fn introduction(self) -> String {
        let other = match self {
            Self::Whole => return include_str!("intro.md").to_owned(),
            Self::Mithril => "- **Endpoint**",
            Self::Endpoint => "- **Mithril**",
        };
        let lines = include_str!("intro.md").lines().filter(|line| !line.starts_with(other));
        let own: String = lines.flat_map(|line| [line, "\n"]).collect();
        format!("{own}\nThis document has one dialect. `/openapi.json` has both.\n")
    }
}
