//! The links that the sample app opens.

use percent_encoding::percent_decode_str;

/// What a link leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    Feed,
    User(String),
    Post(String),
    /// A search for these words.
    Search(String),
}

/// What the links of the app begin with.
const STARTS: [&str; 3] = ["sample://", "https://sample.test/", "http://sample.test/"];

impl Link {
    /// Reads a URI that is for the sample app; one that leads nowhere leads to the feed.
    pub fn parse(uri: &str) -> Self {
        let rest = STARTS.iter().find_map(|start| uri.strip_prefix(start));
        let rest = rest.unwrap_or_default();
        let rest = rest.split('#').next().unwrap_or_default();
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let path = path.trim_end_matches('/');
        let (kind, name) = path.split_once('/').unwrap_or((path, ""));
        match kind {
            "user" | "u" => Self::User(decoded(name)),
            "post" | "p" => Self::Post(decoded(name)),
            "search" => {
                let words = query.split('&').find_map(|pair| pair.strip_prefix("q="));
                Self::Search(decoded(&words.unwrap_or_default().replace('+', " ")))
            }
            _ => Self::Feed,
        }
    }
}

fn decoded(text: &str) -> String {
    percent_decode_str(text).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_to_a_user_a_post_a_search_or_the_feed() {
        for (uri, link) in [
            ("sample://user/mia", Link::User("mia".into())),
            ("sample://post/1", Link::Post("1".into())),
            ("https://sample.test/p/1/", Link::Post("1".into())),
            (
                "https://sample.test/p/1?from=mail#top",
                Link::Post("1".into()),
            ),
            (
                "sample://search?q=flat%20white",
                Link::Search("flat white".into()),
            ),
            (
                "sample://search?x=1&q=caf%C3%A9+cat",
                Link::Search("café cat".into()),
            ),
            ("sample://feed", Link::Feed),
            ("sample://no/such/page", Link::Feed),
        ] {
            assert_eq!(Link::parse(uri), link, "{uri}");
        }
    }
}
