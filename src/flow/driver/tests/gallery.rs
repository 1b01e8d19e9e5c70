//! Files put on the phone, known to its media store, shared to apps, and gone afterwards.

use std::time::Duration;

use super::{SAMPLE, Seen, Stand, refused};
use crate::flow::driver::DriverError;

#[tokio::test]
async fn media_are_added_to_the_gallery_and_stay() {
    let stand = Stand::new();
    let files = [
        stand.file("it's a $(photo).JPG", b"one"),
        stand.file("b.mp4", b"two"),
    ];
    let mut driver = stand.ready().await;
    driver.add_media(&files).await.unwrap();
    driver.close().await.unwrap();
    let photo = "/storage/emulated/0/Pictures/Farmhand/it_s_a___photo_.jpg";
    assert_eq!(stand.inside().file(photo).unwrap(), "one");
    assert!(stand.inside().media_uri(photo).is_some());
    let video = "/storage/emulated/0/Movies/Farmhand/b.mp4";
    assert!(stand.inside().media_uri(video).is_some());
}

#[tokio::test]
async fn a_shared_file_reaches_the_app_and_nothing_is_left_of_it() {
    let stand = Stand::new();
    let file = stand.file("photo.jpg", b"one");
    let mut driver = stand.ready().await;
    driver.share_media(&[file], SAMPLE).await.unwrap();
    let looked = driver.look().await.unwrap();
    assert_eq!(looked.texts("compose_media").len(), 1, "{}", looked.xml);
    let place = "/storage/emulated/0/Pictures/Farmhand-t1-a1/photo.jpg";
    assert!(stand.inside().media_uri(place).is_some());
    driver.close().await.unwrap();
    assert_eq!(stand.inside().file(place), None);
    assert_eq!(stand.inside().media_uri(place), None);
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn several_files_reach_the_app_in_their_order() {
    let stand = Stand::new();
    let files = ["z.jpg", "a.png", "m.jpg"].map(|name| stand.file(name, name.as_bytes()));
    let mut driver = stand.ready().await;
    driver.share_media(&files, SAMPLE).await.unwrap();
    super::touch(&mut driver, "post_button").await;
    let posted = tokio::time::timeout(super::HANGS, async {
        loop {
            let sample = stand.inside().sample();
            if let Some(post) = sample.current_account().unwrap().posts.first() {
                break post.clone();
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    let names: Vec<_> = posted.await.unwrap().files;
    let names: Vec<_> = names.iter().map(|file| file.name.as_str()).collect();
    assert_eq!(names, ["z.jpg", "a.png", "m.jpg"]);
    driver.close().await.unwrap();
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn an_app_that_takes_no_files_is_an_error() {
    let stand = Stand::new();
    let file = stand.file("photo.jpg", b"one");
    let mut driver = stand.ready().await;
    let error = driver.share_media(&[file], "com.android.settings").await;
    let error = error.unwrap_err();
    assert!(refused(&error).contains("unable to resolve"), "{error}");
    driver.close().await.unwrap();
    assert_eq!(stand.left().await, "");
}

#[tokio::test]
async fn a_file_that_is_not_there_is_named() {
    let stand = Stand::new();
    let mut driver = stand.ready().await;
    let error = driver
        .add_media(&["/no/such.jpg".into()])
        .await
        .unwrap_err();
    assert!(matches!(error, DriverError::Invalid(_)), "{error}");
    assert!(error.to_string().contains("/no/such.jpg"), "{error}");
}

#[tokio::test]
async fn a_full_phone_takes_no_files() {
    let stand = Stand::new();
    let file = stand.file("photo.jpg", b"one");
    let mut driver = stand.ready().await;
    stand.faults(|faults| faults.storage_full = true);
    let error = driver.share_media(&[file], SAMPLE).await.unwrap_err();
    assert!(error.to_string().contains("No space left"), "{error}");
    stand.faults(|faults| faults.storage_full = false);
    driver.close().await.unwrap();
}
