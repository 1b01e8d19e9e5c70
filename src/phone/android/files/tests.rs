use bytes::Bytes;

use super::*;

const NOW: u32 = 1_800_000_000;

fn text(text: &str) -> Content {
    Content::from(text.to_owned())
}

#[test]
fn a_file_comes_back_with_its_bytes_mode_and_time() {
    let mut tree = Tree::new(1_000);
    tree.write("/data/local/tmp/a", text("hello"), 0o640, NOW)
        .unwrap();
    let stat = tree.stat("/data/local/tmp/a").unwrap();
    assert_eq!(
        stat,
        Stat {
            mode: S_IFREG | 0o640,
            size: 5,
            mtime: NOW
        }
    );
    assert_eq!(tree.read("/data/local/tmp/a").unwrap().to_bytes(), "hello");
}

#[test]
fn a_folder_lists_its_own_entries_only() {
    let mut tree = Tree::new(1_000);
    tree.create_dirs("/data/local/tmp/a/b", NOW).unwrap();
    tree.write("/data/local/tmp/a-b", text("x"), 0o600, NOW)
        .unwrap();
    let names: Vec<String> = tree
        .list("/data/local/tmp")
        .unwrap()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert_eq!(names, ["a", "a-b"]);
}

#[test]
fn writing_past_the_capacity_is_refused_and_deleting_makes_room() {
    let mut tree = Tree::new(8);
    tree.write("/data/local/tmp/a", text("12345678"), 0o600, NOW)
        .unwrap();
    let over = tree.append("/data/local/tmp/a", Bytes::from_static(b"9"), NOW);
    assert_eq!(over, Err(Errno::NoSpace));
    tree.remove_file("/data/local/tmp/a").unwrap();
    assert_eq!(
        tree.write("/data/local/tmp/b", text("12345678"), 0o600, NOW),
        Ok(())
    );
}

#[test]
fn a_missing_folder_and_a_file_in_its_place_are_told_apart() {
    let mut tree = Tree::new(8);
    tree.write("/data/local/tmp/a", text("1"), 0o600, NOW)
        .unwrap();
    let below_file = tree.write("/data/local/tmp/a/b", text("1"), 0o600, NOW);
    let below_nothing = tree.write("/data/local/tmp/c/b", text("1"), 0o600, NOW);
    assert_eq!(
        (below_file, below_nothing),
        (Err(Errno::NotDirectory), Err(Errno::NotFound))
    );
}

#[test]
fn a_folder_moves_with_all_in_it() {
    let mut tree = Tree::new(100);
    tree.create_dirs("/sdcard-not/x", NOW).unwrap_err();
    tree.create_dirs("/data/local/tmp/a/b", NOW).unwrap();
    tree.write("/data/local/tmp/a/b/c", text("1"), 0o600, NOW)
        .unwrap();
    tree.rename("/data/local/tmp/a", "/data/local/tmp/z")
        .unwrap();
    assert_eq!(tree.read("/data/local/tmp/z/b/c").unwrap().to_bytes(), "1");
    assert_eq!(tree.stat("/data/local/tmp/a"), Err(Errno::NotFound));
}

#[test]
fn only_an_empty_folder_goes_without_force() {
    let mut tree = Tree::new(100);
    tree.create_dirs("/data/local/tmp/a/b", NOW).unwrap();
    assert_eq!(tree.remove_dir("/data/local/tmp/a"), Err(Errno::NotEmpty));
    tree.remove_all("/data/local/tmp/a").unwrap();
    assert_eq!(tree.stat("/data/local/tmp/a"), Err(Errno::NotFound));
}
