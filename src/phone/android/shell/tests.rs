use super::super::testing::{finish, line, out, phone, run, send, shell};

/// Checks the outputs of command lines, each on a fresh phone.
async fn prints(cases: &[(&str, &str)]) {
    for (command, expected) in cases {
        assert_eq!(out(&phone(), command).await, *expected, "{command}");
    }
}

#[tokio::test]
async fn quoting_and_splitting_follow_posix() {
    prints(&[
        ("echo 'a  b' \"c  d\" e\\ f   g", "a  b c  d e f g\n"),
        ("x='1  2'; echo $x; echo \"$x\"", "1 2\n1  2\n"),
        ("echo '$HOME' \"\\$HOME\" \"`echo in`\"", "$HOME $HOME in\n"),
        ("echo 'it'\\''s; a & b | c > d'", "it's; a & b | c > d\n"),
        ("set_=''; echo [$set_] [\"$set_\"]", "[] []\n"),
        ("echo a#b # comment", "a#b\n"),
        ("echo 'zwölf ✓'", "zwölf ✓\n"),
        ("echo \"a\nb\"", "a\nb\n"),
    ])
    .await;
}

#[tokio::test]
async fn lists_and_negation_follow_the_status() {
    prints(&[
        ("true && echo yes || echo no", "yes\n"),
        ("false && echo yes || echo no", "no\n"),
        ("false; echo $?", "1\n"),
        ("! false && echo not", "not\n"),
        ("(exit 7); echo $?", "7\n"),
        ("sh -c 'exit 300'; echo $?", "44\n"),
    ])
    .await;
}

#[tokio::test]
async fn pipes_and_redirections_connect_commands() {
    prints(&[
        ("printf 'b\\na\\n' | grep a | wc -l", "1\n"),
        (
            "echo one > /data/local/tmp/f; echo two >> /data/local/tmp/f; cat < /data/local/tmp/f",
            "one\ntwo\n",
        ),
        (
            "ls /nowhere 2>&1 | cat",
            "ls: /nowhere: No such file or directory\n",
        ),
        ("ls /nowhere 2>/dev/null; echo $?", "1\n"),
        ("{ echo a; echo b >&2; } 2>/dev/null", "a\n"),
        ("cat <<END\nx=$((1+2))\nEND\n", "x=3\n"),
        ("seq 100000 | head -n 2", "1\n2\n"),
        ("yes | head -n 1", "y\n"),
    ])
    .await;
}

#[tokio::test]
async fn variables_substitutions_and_arithmetic_expand() {
    prints(&[
        (
            "a=1; b=$a$a; echo ${b}x $(echo sub) $((b + 2 * 3))",
            "11x sub 17\n",
        ),
        (
            "echo ${none:-default} ${none:+other} ${#HOME}",
            "default 1\n",
        ),
        ("f=/a/b.txt; echo ${f##*/} ${f%.txt}", "b.txt /a/b\n"),
        ("V=x sh -c 'echo $V'; echo [$V]", "x\n[]\n"),
        ("export W=y; sh -c 'echo $W $0 $1' name arg", "y name arg\n"),
        ("n=$(printf 'x\\n\\n'); echo \"[$n]\"", "[x]\n"),
        ("sh -c 'echo \"$@\" $#' sh 'a  b' c", "a  b c 2\n"),
    ])
    .await;
}

#[tokio::test]
async fn loops_and_conditions_run() {
    prints(&[
        (
            "for i in a b c; do [ $i = b ] && continue; echo $i; done",
            "a\nc\n",
        ),
        (
            "i=0; while [ $i -lt 3 ]; do i=$((i+1)); done; echo $i",
            "3\n",
        ),
        (
            "if test -d /data; then echo dir; else echo none; fi",
            "dir\n",
        ),
        ("case abc in x*) echo x;; a*c) echo fits;; esac", "fits\n"),
        (
            "printf 'a 1\\nb 2\\n' | while read k v; do echo $v$k; done",
            "1a\n2b\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn patterns_find_files_and_stay_where_there_are_none() {
    let phone = phone();
    out(&phone, "cd /data/local/tmp && touch 1.a 2.a 3.b").await;
    let found = out(
        &phone,
        "cd /data/local/tmp; echo *.a /data/*/tmp/3.? '*.a' *.none",
    )
    .await;
    assert_eq!(found, "1.a 2.a /data/local/tmp/3.b *.a *.none\n");
}

#[tokio::test]
async fn an_unknown_command_says_so_and_exits_with_127() {
    let output = run(&phone(), "frobnicate --now").await;
    assert_eq!(
        output.stderr,
        "/system/bin/sh: frobnicate: inaccessible or not found\n"
    );
    assert_eq!((output.stdout.as_str(), output.exit), ("", Some(127)));
}

#[tokio::test]
async fn a_script_that_makes_no_sense_is_refused() {
    let output = run(&phone(), "echo 'unfinished").await;
    assert!(output.stderr.starts_with("/system/bin/sh: "), "{output:?}");
    assert_eq!(output.exit, Some(1));
}

#[tokio::test]
async fn a_file_that_cannot_be_opened_fails_the_command_alone() {
    let output = run(&phone(), "echo x > /system/y; echo $?").await;
    assert_eq!(
        output.stderr,
        "/system/bin/sh: can't create /system/y: Read-only file system\n"
    );
    assert_eq!(output.stdout, "1\n");
}

#[tokio::test]
async fn a_script_file_runs_with_its_arguments() {
    let phone = phone();
    let s =
        "cd /data/local/tmp; echo 'echo own $1' > s; chmod 755 s; ./s x; chmod 644 s; ./s; echo $?";
    let own = run(&phone, s).await;
    assert_eq!(own.stdout, "own x\n126\n", "{own:?}");
    out(&phone, "echo 'echo $1 from $0' > /data/local/tmp/s.sh").await;
    assert_eq!(
        out(&phone, "sh /data/local/tmp/s.sh hi").await,
        "hi from /data/local/tmp/s.sh\n"
    );
}

#[tokio::test]
async fn functions_have_arguments_a_status_and_variables_of_their_own() {
    prints(&[
        ("f() { echo $1-$#; }; f a b; echo $#", "a-2\n0\n"),
        ("f() { return 3; echo no; }; f; echo $?", "3\n"),
        ("x=1; f() { local x=2; echo $x; }; f; echo $x", "2\n1\n"),
        ("f() { while true; do return 4; done; }; f; echo $?", "4\n"),
        (
            "f() { cat; }; echo in | f >/data/local/tmp/o; cat /data/local/tmp/o",
            "in\n",
        ),
        ("f() {\n  echo many\n  echo lines\n}\nf", "many\nlines\n"),
    ])
    .await;
}

#[tokio::test]
async fn a_function_that_calls_itself_for_ever_ends_with_an_error() {
    let output = run(&phone(), "f() { f; }; f").await;
    assert!(output.stderr.contains("too deep"), "{output:?}");
    assert_eq!(output.exit, Some(1));
}

#[tokio::test]
async fn lines_are_read_raw_split_and_whole() {
    prints(&[
        (
            "printf 'a\\\\b  c\\n' | while read -r line; do echo \"[$line]\"; done",
            "[a\\b  c]\n",
        ),
        (
            "printf '  x  \\n' | while IFS= read -r l; do echo \"[$l]\"; done",
            "[  x  ]\n",
        ),
        (
            "printf 'a:b:c\\n' | while IFS=: read -r x y; do echo $y; done",
            "b:c\n",
        ),
        ("IFS=: read -r x y <<E\n1:2\nE\necho $x.$y", "1.2\n"),
        ("printf 'end' | { read -r l; echo $?$l; }", "1end\n"),
        (
            "printf '1\\n2\\n' >/data/local/tmp/f; while read -r l; do echo $l; done \
             </data/local/tmp/f",
            "1\n2\n",
        ),
    ])
    .await;
}

#[tokio::test]
async fn a_shell_runs_each_command_of_its_input_as_it_comes() {
    let phone = phone();
    let mut stream = shell(&phone, "sh");
    let say = "(cat /none; echo out) </dev/null 2>&1; echo NONCE $?\n";
    for _ in 0..2 {
        send(&mut stream, 0, say.as_bytes()).await;
        let missing = "cat: /none: No such file or directory\n";
        for expected in [missing, "out\n", "NONCE 0\n"] {
            assert_eq!(line(&mut stream).await, expected);
        }
    }
    // A function over several lines, and a command that fails.
    send(&mut stream, 0, b"f() {\n").await;
    send(
        &mut stream,
        0,
        b"  return 7\n}\n{ f; } 2>&1; echo NONCE $?\n",
    )
    .await;
    assert_eq!(line(&mut stream).await, "NONCE 7\n");
    send(&mut stream, 4, &[]).await;
    assert_eq!(finish(stream).await.exit, Some(0));
}

#[tokio::test]
async fn a_child_with_an_input_of_its_own_leaves_the_commands_to_the_shell() {
    let phone = phone();
    let mut stream = shell(&phone, "sh");
    let both = b"cat </dev/null; head -n 1 </dev/null; echo first\necho second\n";
    send(&mut stream, 0, both).await;
    assert_eq!(line(&mut stream).await, "first\n");
    assert_eq!(line(&mut stream).await, "second\n");
}
