//! A value as it stands in a layer, and the checked ways to read it.

use std::collections::BTreeMap;
use std::net::{SocketAddr, ToSocketAddrs};
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::units;

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Value {
    /// Line in the file, from 1; 0 for a variable.
    pub line: usize,
    /// What stands there.
    pub kind: Kind,
}

/// What stands there.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Kind {
    /// A variable: text that may mean a number, a switch or a list.
    Untyped(String),
    /// A string of the file.
    Text(String),
    /// A whole number of the file.
    Integer(i64),
    /// Another number of the file.
    Float(f64),
    /// A switch of the file.
    Switch(bool),
    /// A list of the file.
    List(Vec<Value>),
    /// A table of the file, in its order.
    Table(Vec<(String, Value)>),
    /// Anything else, by the name TOML gives it: no setting takes it.
    Other(&'static str),
}

/// Why a value is not taken, and where it stands (a list's element has its own line).
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Rejected {
    /// As [`Value::line`].
    pub line: usize,
    /// What is wrong with it.
    pub why: String,
}

/// From where relative paths start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Base<'a> {
    /// The folder of the file, or the working folder for a variable.
    pub folder: &'a Path,
    /// What `~/` stands for.
    pub home: Option<&'a Path>,
}

type Read<T> = Result<T, Rejected>;

impl Value {
    /// A variable's value.
    pub fn untyped(text: &str) -> Self {
        Self {
            line: 0,
            kind: Kind::Untyped(text.into()),
        }
    }

    fn reject<T>(&self, why: impl Into<String>) -> Read<T> {
        Err(Rejected {
            line: self.line,
            why: why.into(),
        })
    }

    fn wrong_type<T>(&self) -> Read<T> {
        match &self.kind {
            Kind::Untyped(text) => self.reject(format!("'{text}' is not accepted")),
            Kind::Text(text) => self.reject(format!("\"{text}\" is not accepted")),
            Kind::Integer(number) => self.reject(format!("{number} is not accepted")),
            Kind::Float(number) => self.reject(format!("{number} is not accepted")),
            Kind::Switch(on) => self.reject(format!("{on} is not accepted")),
            Kind::List(_) => self.reject("a list is not accepted"),
            Kind::Table(_) => self.reject("a table is not accepted"),
            Kind::Other(name) => self.reject(format!("{} {name} is not accepted", article(name))),
        }
    }

    /// Text that is not blank.
    pub fn text(&self) -> Read<&str> {
        match &self.kind {
            Kind::Untyped(text) | Kind::Text(text) if !text.trim().is_empty() => Ok(text.trim()),
            _ => self.wrong_type(),
        }
    }

    /// `true` or `false`.
    pub fn switch(&self) -> Read<bool> {
        match &self.kind {
            Kind::Switch(on) => Ok(*on),
            Kind::Untyped(text) if text == "true" => Ok(true),
            Kind::Untyped(text) if text == "false" => Ok(false),
            _ => self.wrong_type(),
        }
    }

    /// A whole number of any type that holds the whole range.
    pub fn whole<T>(&self, range: RangeInclusive<T>) -> Read<T>
    where
        T: TryFrom<i64> + PartialOrd + std::fmt::Display,
    {
        let number = match &self.kind {
            Kind::Integer(number) => *number,
            Kind::Untyped(text) => match text.trim().parse() {
                Ok(number) => number,
                Err(_) => return self.wrong_type(),
            },
            _ => return self.wrong_type(),
        };
        match T::try_from(number) {
            Ok(fits) if range.contains(&fits) => Ok(fits),
            _ => self.reject(format!(
                "{number} is out of range ({} to {})",
                range.start(),
                range.end()
            )),
        }
    }

    /// A number.
    pub fn number(&self, range: RangeInclusive<f32>) -> Read<f32> {
        let number = match &self.kind {
            // Settings are small: what i64 and f64 lose here is out of range anyway.
            Kind::Integer(number) => *number as f32,
            Kind::Float(number) => *number as f32,
            Kind::Untyped(text) => match text.trim().parse() {
                Ok(number) => number,
                Err(_) => return self.wrong_type(),
            },
            _ => return self.wrong_type(),
        };
        if range.contains(&number) {
            return Ok(number);
        }
        self.reject(format!(
            "{number} is out of range ({} to {})",
            range.start(),
            range.end()
        ))
    }

    /// A duration.
    pub fn duration(&self, range: RangeInclusive<Duration>) -> Read<Duration> {
        let duration = match &self.kind {
            Kind::Integer(seconds) => u64::try_from(*seconds).ok().map(Duration::from_secs),
            Kind::Untyped(text) | Kind::Text(text) => units::duration(text),
            _ => None,
        };
        match duration {
            Some(duration) if range.contains(&duration) => Ok(duration),
            Some(duration) => self.reject(format!(
                "{} is out of range ({} to {})",
                units::show_duration(duration),
                units::show_duration(*range.start()),
                units::show_duration(*range.end())
            )),
            None => self.wrong_type(),
        }
    }

    /// A size in bytes.
    pub fn size(&self, range: RangeInclusive<u64>) -> Read<u64> {
        let bytes = match &self.kind {
            Kind::Integer(bytes) => u64::try_from(*bytes).ok(),
            Kind::Untyped(text) | Kind::Text(text) => units::size(text),
            _ => None,
        };
        match bytes {
            Some(bytes) if range.contains(&bytes) => Ok(bytes),
            Some(bytes) => self.reject(format!(
                "{} is out of range ({} to {})",
                units::show_size(bytes),
                units::show_size(*range.start()),
                units::show_size(*range.end())
            )),
            None => self.wrong_type(),
        }
    }

    /// One of a few words.
    pub fn one_of<T: Copy>(&self, words: &[(&str, T)]) -> Read<T> {
        let text = self.text()?;
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, meaning)) => Ok(*meaning),
            None => self.wrong_type(),
        }
    }

    /// The name of a file without its ending: letters, digits, `-` and `_`.
    pub fn file_stem(&self) -> Read<String> {
        let text = self.text()?;
        let plain = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
        if text.is_empty() || !text.chars().all(plain) {
            return self.reject("a name has letters, digits, '-' and '_' only");
        }
        Ok(text.to_owned())
    }

    /// A list; a single value is a list of one, and a variable separates by commas.
    pub fn list<T>(&self, read: impl Fn(&Self) -> Read<T>) -> Read<Vec<T>> {
        match &self.kind {
            Kind::List(values) => values.iter().map(read).collect(),
            Kind::Untyped(text) if text.trim().is_empty() => Ok(Vec::new()),
            Kind::Untyped(text) => text
                .split(',')
                .map(|part| read(&Self::untyped(part.trim())))
                .collect(),
            _ => Ok(vec![read(self)?]),
        }
    }

    /// A list that must not be empty.
    pub fn some<T>(&self, read: impl Fn(&Self) -> Read<T>) -> Read<Vec<T>> {
        let list = self.list(read)?;
        if list.is_empty() {
            return self.reject("an empty list is not accepted");
        }
        Ok(list)
    }

    /// A table whose keys and values are read; a variable has `KEY=VALUE`, separated by commas.
    pub fn table<K: Ord, T>(
        &self,
        key: impl Fn(&str) -> Result<K, String>,
        read: impl Fn(&Self) -> Read<T>,
    ) -> Read<BTreeMap<K, T>> {
        let untyped;
        let entries = match &self.kind {
            Kind::Table(entries) => entries,
            Kind::Untyped(text) => {
                untyped = self.pairs(text)?;
                &untyped
            }
            _ => return self.wrong_type(),
        };
        let mut table = BTreeMap::new();
        for (name, value) in entries {
            let key = key(name).or_else(|why| value.reject(why))?;
            table.insert(key, read(value)?);
        }
        Ok(table)
    }

    fn pairs(&self, text: &str) -> Read<Vec<(String, Self)>> {
        let pairs = text.split(',').map(str::trim);
        pairs
            .filter(|pair| !pair.is_empty())
            .map(|pair| match pair.rsplit_once('=') {
                Some((key, value)) => Ok((key.trim().to_owned(), Self::untyped(value.trim()))),
                None => self.reject(format!("'{pair}' is not KEY=VALUE")),
            })
            .collect()
    }

    /// A path: `~` is the home folder, a relative one starts from `base`.
    pub fn path(&self, base: Base<'_>) -> Read<PathBuf> {
        let text = self.text()?;
        let in_home = match text {
            "~" => Some(""),
            _ => text.strip_prefix("~/"),
        };
        match (in_home, base.home) {
            (Some(""), Some(home)) => Ok(home.to_owned()),
            (Some(rest), Some(home)) => Ok(home.join(rest)),
            (Some(_), None) => self.reject(format!("\"{text}\" needs HOME to be set")),
            (None, _) => Ok(base.folder.join(text)),
        }
    }

    /// A literal address to listen on.
    pub fn address(&self) -> Read<SocketAddr> {
        let text = self.text()?;
        text.parse().or_else(|_| self.wrong_type())
    }

    /// An address to connect to, by number or by a name that resolves now.
    pub fn peer(&self) -> Read<SocketAddr> {
        let text = self.text()?;
        resolve(text).or_else(|why| self.reject(why))
    }
}

/// `ADDR:PORT`, or `NAME:PORT` with the name resolved; of several addresses an IPv4 one is
/// taken, for that is where adb servers listen.
pub(super) fn resolve(text: &str) -> Result<SocketAddr, String> {
    if let Ok(address) = text.parse() {
        return Ok(address);
    }
    if text
        .rsplit_once(':')
        .is_none_or(|(host, port)| host.is_empty() || port.parse::<u16>().is_err())
    {
        return Err(format!("'{text}' is not accepted"));
    }
    let addresses: Vec<SocketAddr> = text
        .to_socket_addrs()
        .map_err(|error| format!("'{text}' does not resolve: {error}"))?
        .collect();
    addresses
        .iter()
        .find(|address| address.is_ipv4())
        .or(addresses.first())
        .copied()
        .ok_or_else(|| format!("'{text}' has no address"))
}

fn article(noun: &str) -> &'static str {
    if noun.starts_with(['a', 'e', 'i', 'o', 'u']) {
        "an"
    } else {
        "a"
    }
}
