//! Paths of the phone: normal forms, and where the shell's user may write.

use super::errno::Errno;

/// The folder that the shell's user owns.
const SHARED: &str = "/storage/emulated/0";

/// Other names of the shared storage.
const SHARED_NAMES: [&str; 4] = [
    "/sdcard",
    "/mnt/sdcard",
    "/storage/self/primary",
    "/data/media/0",
];

/// The absolute path without `.`, `..`, doubled slashes and the links to the shared storage.
pub fn normal(path: &str, cwd: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    let base = if path.starts_with('/') { "" } else { cwd };
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    let plain = format!("/{}", parts.join("/"));
    for link in SHARED_NAMES {
        if let Some(rest) = plain.strip_prefix(link)
            && (rest.is_empty() || rest.starts_with('/'))
        {
            return format!("{SHARED}{rest}");
        }
    }
    plain
}

/// The folder that holds `path`; the root holds itself.
pub fn parent(path: &str) -> &str {
    match path.rfind('/') {
        None | Some(0) => "/",
        Some(at) => path.get(..at).unwrap_or("/"),
    }
}

/// The last part of a path.
pub fn name(path: &str) -> &str {
    path.trim_end_matches('/')
        .rsplit('/')
        .next()
        .unwrap_or(path)
}

/// `/a`, `/a/b`, `/a/b/c` of `/a/b/c`.
pub fn ancestors(path: &str) -> impl Iterator<Item = &str> {
    let ends = path
        .match_indices('/')
        .map(|(at, _)| at)
        .filter(|at| *at > 0);
    ends.chain([path.len()]).filter_map(|end| path.get(..end))
}

/// Whether the shell's user may change what is at `path`.
pub fn check_writable(path: &str) -> Result<(), Errno> {
    let inside = |folder: &str| {
        path.strip_prefix(folder)
            .is_some_and(|rest| rest.starts_with('/'))
    };
    if inside("/data/local/tmp") || inside(SHARED) {
        Ok(())
    } else if inside("/data") || inside("/storage") || inside("/proc") {
        Err(Errno::Permission)
    } else {
        Err(Errno::ReadOnly)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_made_normal() {
        assert_eq!(normal("a//b/./../c", "/data"), "/data/a/c");
        assert_eq!(normal("/../x/", "/data"), "/x");
        assert_eq!(
            normal("/sdcard/Download", "/"),
            "/storage/emulated/0/Download"
        );
        assert_eq!(normal("/sdcards", "/"), "/sdcards");
        assert_eq!(normal("", "/"), "/");
    }

    #[test]
    fn the_shell_writes_to_its_own_folders_only() {
        assert_eq!(check_writable("/data/local/tmp/a"), Ok(()));
        assert_eq!(check_writable("/data/app/a"), Err(Errno::Permission));
        assert_eq!(check_writable("/system/bin/ls"), Err(Errno::ReadOnly));
    }
}
