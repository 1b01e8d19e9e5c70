use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::super::super::faults::Faults;
use super::super::process::INIT;
use super::super::testing::{
    Output, finish, line, out, packet, phone, run, send, shell, soon, until,
};
use super::super::{JournalEntry, Phone, Presence, ProcessInfo, Refused};

fn named(phone: &Phone, name: &str) -> Vec<ProcessInfo> {
    phone
        .processes()
        .into_iter()
        .filter(|process| process.name() == name)
        .collect()
}

async fn read_all(phone: &Arc<Phone>, service: &str) -> String {
    let mut stream = phone.open(service.as_bytes()).unwrap();
    let mut text = String::new();
    soon(stream.read_to_string(&mut text)).await.unwrap();
    text
}

#[tokio::test]
async fn a_v2_shell_keeps_outputs_apart_and_tells_the_exit_code() {
    let output = run(&phone(), "echo out; echo err >&2; exit 3").await;
    let expected = Output {
        stdout: "out\n".into(),
        stderr: "err\n".into(),
        exit: Some(3),
    };
    assert_eq!(output, expected);
}

#[tokio::test]
async fn v1_and_exec_streams_merge_both_outputs() {
    let phone = phone();
    for service in [
        "shell:echo a; echo b >&2",
        "exec:echo a; echo b >&2",
        "shell,raw:echo a; echo b >&2",
    ] {
        assert_eq!(read_all(&phone, service).await, "a\nb\n", "{service}");
    }
}

#[tokio::test]
async fn input_reaches_a_command_until_it_is_closed() {
    let phone = phone();
    let mut stream = shell(&phone, "cat > /data/local/tmp/in");
    send(&mut stream, 0, b"first ").await;
    send(&mut stream, 0, b"second").await;
    send(&mut stream, 4, &[]).await;
    assert_eq!(finish(stream).await.exit, Some(0));
    assert_eq!(phone.file("/data/local/tmp/in").unwrap(), "first second");
}

#[tokio::test]
async fn a_shell_without_a_command_reads_them_from_its_input() {
    let mut stream = shell(&phone(), "");
    send(&mut stream, 0, b"x=1\necho $x\nfor i in 2 3; do\n").await;
    assert_eq!(line(&mut stream).await, "1\n");
    send(&mut stream, 0, b"echo $i; done\nexit 4\n").await;
    let rest = finish(stream).await;
    assert_eq!((rest.stdout.as_str(), rest.exit), ("2\n3\n", Some(4)));
}

#[tokio::test]
async fn a_terminal_prompts_echoes_and_interrupts() {
    let phone = phone();
    let mut stream = phone.open(b"shell,v2,TERM=xterm,pty:").unwrap();
    send(&mut stream, 0, b"sleep 600\r").await;
    until(|| !named(&phone, "sleep").is_empty()).await;
    send(&mut stream, 0, b"\x03echo $?\rexit 3\r").await;
    let output = finish(stream).await;
    assert!(
        output.stdout.contains("oriole:/ $ ") && output.stdout.contains("sleep 600\r\n"),
        "{output:?}"
    );
    assert!(
        output.stdout.contains("\r\n130\r\n") || output.stdout.contains("$ 130\r\n"),
        "{output:?}"
    );
    assert_eq!(output.exit, Some(3));
}

#[tokio::test]
async fn a_raw_stream_feeds_its_command_too() {
    let mut stream = phone().open(b"exec:head -c 5").unwrap();
    stream.write_all(b"12345678").await.unwrap();
    let mut text = String::new();
    soon(stream.read_to_string(&mut text)).await.unwrap();
    assert_eq!(text, "12345");
}

#[tokio::test]
async fn a_shell_leads_a_group_of_its_own_and_its_children_are_in_it() {
    let phone = phone();
    let mut stream = shell(&phone, "echo $$; sleep 600");
    let pid: u32 = line(&mut stream).await.trim().parse().unwrap();
    until(|| !named(&phone, "sleep").is_empty()).await;
    let child = named(&phone, "sleep").remove(0);
    assert_eq!((child.ppid, child.pgid), (pid, pid));
}

#[tokio::test]
async fn a_child_outlives_its_closed_stream_as_an_orphan() {
    let phone = phone();
    let stream = shell(&phone, "sleep 600");
    until(|| !named(&phone, "sleep").is_empty()).await;
    drop(stream);
    until(|| named(&phone, "sh").is_empty()).await;
    assert_eq!(named(&phone, "sleep")[0].ppid, INIT);
}

#[tokio::test]
async fn killing_the_group_ends_an_orphan_too() {
    let phone = phone();
    let mut stream = shell(&phone, "echo $$; sleep 600");
    let group = line(&mut stream).await.trim().to_owned();
    until(|| !named(&phone, "sleep").is_empty()).await;
    drop(stream);
    until(|| named(&phone, "sh").is_empty()).await;
    assert_eq!(
        out(&phone, &format!("kill -0 -{group} && kill -TERM -{group}")).await,
        ""
    );
    assert!(named(&phone, "sleep").is_empty());
    let gone = run(&phone, &format!("kill -0 -{group}")).await;
    assert_eq!(
        gone.stderr,
        format!("/system/bin/sh: kill: -{group}: No such process\n")
    );
    assert_eq!(gone.exit, Some(1));
}

#[tokio::test]
async fn a_note_is_left_before_a_command_takes_the_shells_place() {
    let phone = phone();
    let mut stream = shell(
        &phone,
        "mkdir -p /data/local/tmp/farmhand && cat /proc/$$/stat /proc/sys/kernel/random/boot_id \
         > /data/local/tmp/farmhand/12.1; echo NONCE $$; exec sh -c 'sleep 600 & wait'",
    );
    let told = line(&mut stream).await;
    let pid = told.strip_prefix("NONCE ").unwrap().trim().to_owned();
    let note = out(&phone, "cat /data/local/tmp/farmhand/*").await;
    let (stat, boot) = note.trim_end().split_once('\n').unwrap();
    let fields: Vec<&str> = stat.split(' ').collect();
    assert_eq!(
        (fields[0], fields[1], fields[4], fields.len()),
        (pid.as_str(), "(sh)", pid.as_str(), 52)
    );
    assert_eq!(boot, phone.boot_id());
    until(|| !named(&phone, "sleep").is_empty()).await;
    let shell = phone
        .processes()
        .into_iter()
        .find(|p| p.pid.to_string() == pid)
        .unwrap();
    assert_eq!(shell.args, ["sh", "-c", "sleep 600 & wait"]);
    assert_eq!(fields[21], shell.start_ticks.to_string());
    out(&phone, &format!("kill -TERM -{pid}")).await;
    assert_eq!(finish(stream).await.exit, Some(143));
    out(&phone, "rm -f /data/local/tmp/farmhand/12.1").await;
    assert_eq!(out(&phone, "ls /data/local/tmp/farmhand").await, "");
}

#[tokio::test]
async fn the_exit_packet_waits_for_children_that_hold_the_output() {
    let phone = phone();
    let mut stream = shell(&phone, "sleep 600 & echo $!");
    let pid = line(&mut stream).await.trim().to_owned();
    until(|| named(&phone, "sh").is_empty()).await;
    let mut next = Box::pin(packet(&mut stream));
    assert!(futures_pending(&mut next).await);
    out(&phone, &format!("kill {pid}")).await;
    assert_eq!(soon(next).await, Some((3, vec![0])));
}

/// Whether a future does not end while every task that could run does.
async fn futures_pending(future: &mut (impl Future + Unpin)) -> bool {
    for _ in 0..100 {
        tokio::select! {
            biased;
            _ = &mut *future => return false,
            () = tokio::task::yield_now() => {}
        }
    }
    true
}

#[tokio::test]
async fn a_child_without_the_output_does_not_hold_the_exit_packet() {
    let phone = phone();
    let output = run(&phone, "sleep 600 >/dev/null 2>&1 & exit 5").await;
    assert_eq!(output.exit, Some(5));
    assert_eq!(named(&phone, "sleep").len(), 1);
}

#[tokio::test]
async fn a_shell_that_closes_its_output_no_longer_holds_the_exit_packet() {
    let phone = phone();
    let command = "setsid sh -c 'exec >/dev/null 2>&1; sleep 600' & exit 6";
    assert_eq!(run(&phone, command).await.exit, Some(6));
    until(|| named(&phone, "sleep").len() == 1).await;
}

#[tokio::test]
async fn a_trap_makes_a_shell_immune_to_term_but_not_to_kill() {
    let phone = phone();
    let mut stream = shell(&phone, "trap '' TERM; echo $$; sleep 600; echo after");
    let pid = line(&mut stream).await.trim().to_owned();
    until(|| !named(&phone, "sleep").is_empty()).await;
    out(&phone, &format!("kill -TERM -{pid}")).await;
    assert_eq!(
        (named(&phone, "sh").len(), named(&phone, "sleep").len()),
        (1, 1)
    );
    out(&phone, &format!("kill -s KILL -{pid}")).await;
    assert_eq!(finish(stream).await.exit, Some(137));
}

#[tokio::test]
async fn setsid_takes_a_command_out_of_the_group() {
    let phone = phone();
    run(&phone, "setsid sleep 600 >/dev/null 2>&1 &").await;
    until(|| !named(&phone, "sleep").is_empty()).await;
    let away = named(&phone, "sleep").remove(0);
    assert_eq!(away.pid, away.pgid);
}

#[tokio::test]
async fn a_reboot_ends_streams_and_processes_and_comes_back_as_a_new_boot() {
    let phone = phone();
    let before = phone.boot_id();
    out(&phone, "echo kept > /data/local/tmp/f").await;
    let mut stream = shell(&phone, "echo up; sleep 600");
    line(&mut stream).await;
    let mut presence = phone.presence();
    assert_eq!(read_all(&phone, "reboot:").await, "");
    assert_eq!(finish(stream).await.exit, None);
    soon(presence.wait_for(|now| *now == Presence::Present))
        .await
        .unwrap();
    until(|| phone.boot_id() != before).await;
    assert!(named(&phone, "sleep").is_empty());
    assert_eq!(out(&phone, "cat /data/local/tmp/f").await, "kept\n");
    assert!(phone.journal().contains(&JournalEntry::Rebooted {
        target: String::new()
    }));
}

#[tokio::test]
async fn a_phone_that_is_away_opens_nothing() {
    let phone = phone();
    phone.reboot("recovery");
    assert_eq!(
        phone.open(b"shell:ls").err(),
        Some(Refused::Away("shell:ls".into()))
    );
}

#[tokio::test]
async fn services_that_adbd_has_not_are_refused() {
    for service in [
        "tcp:80",
        "framebuffer:",
        "shellac:ls",
        "localabstract:x",
        "",
    ] {
        let refused = Refused::NoSuchService(service.into());
        assert_eq!(
            phone().open(service.as_bytes()).err(),
            Some(refused),
            "{service}"
        );
    }
}

#[tokio::test]
async fn a_hanging_phone_answers_nothing_until_it_is_lifted() {
    let phone = phone();
    phone.set_faults(Faults {
        hang: true,
        ..Faults::default()
    });
    let mut new = shell(&phone, "echo here");
    let mut next = Box::pin(packet(&mut new));
    assert!(futures_pending(&mut next).await);
    phone.set_faults(Faults::default());
    assert_eq!(soon(next).await, Some((1, b"here\n".to_vec())));
}

#[tokio::test]
async fn open_streams_stall_while_the_phone_hangs() {
    let phone = phone();
    let mut stream = shell(&phone, "cat");
    send(&mut stream, 0, b"one\n").await;
    assert_eq!(line(&mut stream).await, "one\n");
    phone.set_faults(Faults {
        hang: true,
        ..Faults::default()
    });
    send(&mut stream, 0, b"two\n").await;
    let mut next = Box::pin(packet(&mut stream));
    assert!(futures_pending(&mut next).await);
    phone.set_faults(Faults::default());
    assert_eq!(soon(next).await, Some((1, b"two\n".to_vec())));
}

#[tokio::test]
async fn latency_and_a_slow_shell_take_their_time() {
    let phone = phone();
    phone.set_faults(Faults {
        latency_ms: 30,
        slow_shell_ms: 50,
        ..Faults::default()
    });
    let begun = tokio::time::Instant::now();
    out(&phone, "getprop ro.serialno; date").await;
    // One latency for the service, and three programs: the shell and its two commands.
    assert!(begun.elapsed().as_millis() >= 30 + 3 * 50);
}

#[tokio::test]
async fn commands_are_journalled_with_their_exit_codes() {
    let phone = phone();
    run(&phone, "exit 9").await;
    let entry = JournalEntry::Ran {
        command: "exit 9".into(),
        exit: 9,
    };
    assert_eq!(phone.journal(), [entry]);
}

#[tokio::test]
async fn much_output_arrives_whole() {
    let output = out(&phone(), "seq 1 200000").await;
    assert_eq!(output.lines().count(), 200_000);
    assert!(output.ends_with("\n200000\n"));
}
