//! Enums that are read from a word: a JSON string that is one of a few.
//!
//! serde's derive also reads other forms, which is 1 KB of wasm for one enum. With [`word!`] all of them share the reader
//! of strings (docs/decisions/0006-dependencies.md).

/// Defines an enum that is read from a JSON string. Each value has its word. Any other text is refused.
macro_rules! word {
    ($(#[$about:meta])* $visible:vis enum $name:ident {
        $($(#[$about_value:meta])* $value:ident = $word:literal,)*
    }) => {
        $(#[$about])*
        $visible enum $name {
            $($(#[$about_value])* $value,)*
        }

        impl $name {
            /// The value of a word; `None` for any other text.
            $visible fn of_word(word: &str) -> Option<Self> {
                match word {
                    $($word => Some(Self::$value),)*
                    _ => None,
                }
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = String::deserialize(deserializer)?;
                Self::of_word(&word).ok_or_else(|| serde::de::Error::custom("a word that is not expected here"))
            }
        }
    };
}

pub(crate) use word;

#[cfg(test)]
mod tests {
    use crate::base::parse::from_str;

    word! {
        #[derive(Debug, PartialEq, Eq)]
        enum Answer {
            Yes = "yes",
            NotYet = "not_yet",
        }
    }

    #[test]
    fn only_the_words_are_read() {
        for text in ["\"Yes\"", "\"yes \"", "\"\"", "null", "1", "{\"yes\":null}", "[\"yes\"]", "yes", ""] {
            assert!(from_str::<Answer>(text).is_err(), "{text}");
        }
        assert_eq!(from_str::<Answer>("\"yes\"").unwrap(), Answer::Yes);
        assert_eq!(from_str::<Vec<Answer>>("[\"not_yet\"]").unwrap(), [Answer::NotYet]);
        assert_eq!(from_str::<Option<Answer>>("null").unwrap(), None);
    }
}
