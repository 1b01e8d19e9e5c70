//! Check 3: mark three tasks, hide one by filter, delete: the question names three and one
//! hidden, Enter changes nothing, `y` deletes exactly those.

use crate::farm::Farm;

#[test]
fn the_question_tells_the_true_scope_and_exactly_that_goes() {
    let farm = Farm::new(1);
    let mut console = farm.open();
    let kept = console.api.create_waiting();
    let hidden = console.api.create_one("elsewhere", "true");
    let waiting = console.api.create_waiting();
    let running = console.create_running();
    let kept_too = console.api.create_failed();
    for (marks, id) in (1..).zip([hidden, waiting, running]) {
        console.select(id);
        console.terminal.press(" ");
        let marked = format!("{marks} marked");
        console
            .terminal
            .until(&marked, |screen| screen.has(&marked));
    }
    console.terminal.press("/!elsewhere\r");
    console
        .terminal
        .until("one is hidden", |screen| screen.task(hidden).is_none());
    console.terminal.press("D");
    console.terminal.until("the scope", |screen| {
        screen.has("Delete 3 tasks (1 hidden by the filter, 1 running: it is stopped first)?")
    });
    let states =
        |ids: &[u64]| -> Vec<String> { ids.iter().map(|id| console.api.state(*id)).collect() };
    let all = [kept, hidden, waiting, running, kept_too];
    let before = states(&all);
    console.terminal.press("\r\n\r");
    // The frame after a key that is heard is also the answer to those before it.
    console.terminal.resize(119, 40);
    console
        .terminal
        .until("the question still", |screen| screen.has("Delete 3 tasks"));
    assert_eq!(states(&all), before);

    console.terminal.press("y");
    console.terminal.tells("3 tasks deleted");
    for id in [hidden, waiting, running] {
        assert_eq!(console.api.state(id), "gone", "task {id}");
    }
    assert_eq!(console.api.state(kept), "pending");
    assert_eq!(console.api.state(kept_too), "failed");
    assert_eq!(farm.processes("600"), 0);
}
