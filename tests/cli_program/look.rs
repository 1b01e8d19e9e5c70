//! `farmhand keymap` and `farmhand theme`.

use crate::place::Place;

#[tokio::test]
async fn a_keymap_is_checked_without_a_console() {
    let place = Place::new();
    let default = place.run(&["keymap", "default"]).await;
    let file = place.folder.path().join("keys.toml");
    std::fs::write(&file, &default.out).unwrap();
    let name = file.to_str().unwrap();
    let good = place.run(&["keymap", "check", name]).await;
    assert_eq!((good.code, good.out), (Some(0), format!("{name}: ok\n")));

    std::fs::write(&file, "[task]\nstop = [\"r\"]\n").unwrap();
    let bad = place.run(&["keymap", "check", name]).await;
    assert_eq!(bad.code, Some(1));
    let told = format!("{name}:2: 'r' for stop of [task] clashes with retry of [task]");
    assert!(bad.out.starts_with(&told), "{bad:?}");
    let bad = place.run(&["--json", "keymap", "check", name]).await;
    let told: serde_json::Value = serde_json::from_str(&bad.out).unwrap();
    assert_eq!((&told["line"], &told["valid"]), (&2.into(), &false.into()));
}

#[tokio::test]
async fn a_theme_is_listed_shown_and_checked() {
    let place = Place::new();
    let names = place.run(&["theme", "list"]).await.out;
    assert_eq!(names, "contrast\ndark\nlight\nmono\n");
    let shown = place.run(&["theme", "show", "light"]).await;
    let file = place.folder.path().join("light.toml");
    std::fs::write(&file, &shown.out).unwrap();
    let name = file.to_str().unwrap();
    assert_eq!(place.run(&["theme", "check", name]).await.code, Some(0));
    std::fs::write(&file, "[roles]\nbad = { fg = \"rot\" }\n").unwrap();
    let bad = place.run(&["theme", "check", name]).await;
    assert_eq!(bad.code, Some(1));
    assert!(
        bad.out
            .starts_with(&format!("{name}:2: 'rot' is no colour")),
        "{bad:?}"
    );
    let unknown = place.run(&["theme", "show", "neon"]).await;
    assert_eq!(unknown.code, Some(1));
    assert!(
        unknown.err.contains("contrast, dark, light, mono"),
        "{unknown:?}"
    );
}
