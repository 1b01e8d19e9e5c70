//! Quoting for a phone's shell.

/// Quotes one argument for a phone's shell: within single quotes nothing has a meaning, and a
/// single quote itself is written `'\''`. Any text is safe, newlines too; only NUL cannot be
/// passed to a command on any Unix.
#[must_use]
pub fn quote(arg: &str) -> String {
    let mut out = String::with_capacity(arg.len() + 2);
    out.push('\'');
    for c in arg.chars() {
        if c == '\'' {
            out.push_str("'\\''");
        } else {
            out.push(c);
        }
    }
    out.push('\'');
    out
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn a_shell_reads_back_what_was_quoted() {
        for arg in [
            "",
            "a b",
            "it's",
            "$(id)`id`",
            "a\nb",
            "''",
            "\\",
            "é; rm -rf /",
        ] {
            let out = std::process::Command::new("sh")
                .arg("-c")
                .arg(format!("printf %s {}", quote(arg)))
                .output()
                .unwrap();
            assert_eq!(String::from_utf8(out.stdout).unwrap(), arg);
        }
    }
}
