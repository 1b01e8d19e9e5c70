//! The media store.

use super::super::super::testing::{out, phone, run};

const QUERY: &str =
    "content query --uri content://media/external/images/media --projection _id:_data";
const FOLDER: &str = "/storage/emulated/0/Pictures";

#[tokio::test]
async fn a_file_is_not_known_before_it_is_scanned() {
    let phone = phone();
    out(&phone, "echo x >/sdcard/Pictures/a.png").await;
    assert_eq!(out(&phone, QUERY).await, "No result found.\n");
    let scan = "content call --uri content://media --method scan_file --arg /sdcard/Pictures/a.png";
    assert_eq!(
        out(&phone, scan).await,
        "Result: Bundle[{android.intent.extra.STREAM=content://media/external_primary/images/media/1}]\n"
    );
    assert_eq!(
        out(&phone, QUERY).await,
        format!("Row: 0 _id=1, _data={FOLDER}/a.png\n")
    );
    let uri = phone.media_uri("/sdcard/Pictures/a.png");
    assert_eq!(
        uri.as_deref(),
        Some("content://media/external_primary/images/media/1")
    );
}

#[tokio::test]
async fn a_broadcast_scans_a_file_too() {
    let phone = phone();
    let scan = "echo x >/sdcard/Pictures/b.jpg; am broadcast -a \
                android.intent.action.MEDIA_SCANNER_SCAN_FILE -d file:///sdcard/Pictures/b.jpg";
    assert_eq!(
        out(&phone, scan).await,
        "Broadcasting: Intent { act=android.intent.action.MEDIA_SCANNER_SCAN_FILE \
         dat=file:///... flg=0x400000 }\nBroadcast completed: result=0\n"
    );
    assert!(out(&phone, QUERY).await.contains("/b.jpg\n"));
}

#[tokio::test]
async fn broadcasts_of_the_system_are_not_for_the_shell() {
    let output = run(
        &phone(),
        "am broadcast -a android.intent.action.MEDIA_MOUNTED",
    )
    .await;
    let denied = "java.lang.SecurityException: Permission Denial: not allowed to send broadcast \
                  android.intent.action.MEDIA_MOUNTED from pid=";
    assert!(output.stderr.contains(denied), "{output:?}");
    assert_eq!(output.exit, Some(255));
}

#[tokio::test]
async fn a_row_keeps_its_id_and_goes_when_its_place_is_scanned_without_a_file() {
    let phone = phone();
    let scan = "content call --uri content://media/external/file --method scan_file --arg";
    let all = "echo x >/sdcard/Pictures/a.png; echo y >/sdcard/Pictures/b.png; echo z >/sdcard/Pictures/c.mp4";
    out(&phone, &format!("{all}; {scan} /sdcard/Pictures")).await;
    let rows = format!("Row: 0 _id=1, _data={FOLDER}/a.png\nRow: 1 _id=2, _data={FOLDER}/b.png\n");
    assert_eq!(out(&phone, QUERY).await, rows);
    out(&phone, "rm /sdcard/Pictures/a.png").await;
    assert_eq!(out(&phone, QUERY).await, rows, "the row outlives its file");
    let gone = out(&phone, &format!("{scan} /sdcard/Pictures/a.png")).await;
    assert_eq!(gone, "Result: Bundle[{android.intent.extra.STREAM=null}]\n");
    let left = format!("Row: 0 _id=2, _data={FOLDER}/b.png\n");
    assert_eq!(out(&phone, QUERY).await, left);
    let volume = "content call --uri content://media --method scan_volume --arg external_primary";
    out(&phone, &format!("rm /sdcard/Pictures/b.png; {volume}")).await;
    assert_eq!(out(&phone, QUERY).await, "No result found.\n");
}

#[tokio::test]
async fn hidden_files_are_files_but_no_pictures() {
    let phone = phone();
    let make = "mkdir -p /sdcard/.farm /sdcard/hidden; echo x >/sdcard/.farm/a.png; \
                echo x >/sdcard/hidden/b.png; touch /sdcard/hidden/.nomedia";
    let scan = "content call --uri content://media --method scan_volume --arg external_primary";
    out(&phone, &format!("{make}; {scan}")).await;
    assert_eq!(out(&phone, QUERY).await, "No result found.\n");
    let files = QUERY.replace("images/media", "file");
    assert_eq!(out(&phone, &format!("{files} | wc -l")).await, "3\n");
}

#[tokio::test]
async fn a_query_has_conditions_and_an_order() {
    let phone = phone();
    let make = "for n in 1 2 3; do echo x >/sdcard/DCIM/$n.png; done; content call --uri \
                content://media --method scan_file --arg /sdcard/DCIM >/dev/null";
    out(&phone, make).await;
    let query = |rest: &str| {
        format!("content query --uri content://media/external/file --projection _id {rest}")
    };
    let like = query("--where \"_data LIKE '%/2.png' OR _display_name='3.png'\" --sort '_id DESC'");
    assert_eq!(out(&phone, &like).await, "Row: 0 _id=3\nRow: 1 _id=2\n");
    let one = "content query --uri content://media/external/images/media/2 --projection \
               _display_name:mime_type:relative_path";
    assert_eq!(
        out(&phone, one).await,
        "Row: 0 _display_name=2.png, mime_type=image/png, relative_path=DCIM/\n"
    );
    let wrong = run(&phone, &query("--where nonsense=1")).await;
    assert!(
        wrong.stderr.starts_with(
            "Error while accessing provider:media\n\
             java.lang.IllegalArgumentException: Invalid column nonsense\n"
        ),
        "{wrong:?}"
    );
    assert_eq!(wrong.exit, Some(0));
}

#[tokio::test]
async fn deleting_a_row_deletes_its_file() {
    let phone = phone();
    let make = "echo x >/sdcard/DCIM/a.png; content call --uri content://media --method scan_file \
                --arg /sdcard/DCIM/a.png >/dev/null";
    out(&phone, make).await;
    let delete = "content delete --uri content://media/external/images/media --where \
                  \"_display_name='a.png'\"";
    assert_eq!(out(&phone, delete).await, "");
    assert_eq!(phone.file("/sdcard/DCIM/a.png"), None);
    assert_eq!(out(&phone, QUERY).await, "No result found.\n");
}

#[tokio::test]
async fn what_is_shared_reaches_the_app_as_its_files() {
    let phone = phone();
    let make = "for n in 1 2; do echo $n >/sdcard/DCIM/$n.png; done; content call --uri \
                content://media --method scan_file --arg /sdcard/DCIM >/dev/null";
    out(&phone, &format!("wm dismiss-keyguard; {make}")).await;
    let share = "am start -a android.intent.action.SEND_MULTIPLE -t image/png --esal \
                 android.intent.extra.STREAM content://media/external/images/media/1,\
                 content://media/external/images/media/2 --grant-read-uri-permission -p \
                 org.farmhand.sample";
    out(&phone, share).await;
    let dump = super::dump(&phone).await;
    assert_eq!(dump.matches(":id/compose_media\"").count(), 2, "{dump}");
    super::tap(&phone, "post_button").await;
    let posts = phone.sample().accounts.remove(0).posts;
    let names: Vec<&str> = posts[0].files.iter().map(|f| f.name.as_str()).collect();
    assert_eq!(names, ["1.png", "2.png"]);
}
