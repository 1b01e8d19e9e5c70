//! Sizes and keys in any order, while the farm works.

use crate::farm::Farm;

/// Numbers that look random and are the same each time (xorshift, Marsaglia 2003).
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % n as u64).unwrap()
    }
}

/// All that acts and moves, and text; not what quits.
const KEYS: [&str; 44] = [
    "j",
    "k",
    "\x1b[A",
    "\x1b[B",
    "\x1b[5~",
    "\x1b[6~",
    "g",
    "G",
    "\t",
    "\x1b[Z",
    "1",
    "2",
    "3",
    "4",
    "\r",
    "\x1b",
    "/",
    "state=failed",
    "batt<",
    "!",
    "z",
    " ",
    "*",
    "U",
    "s",
    "r",
    "R",
    "D",
    "y",
    "n",
    "u",
    "p",
    "x",
    "\x0c",
    "?",
    "é",
    "漢",
    "\x1b[200~Dy\r\x1b[201~",
    "\x1b[99~",
    "\x1bO",
    "\x00",
    "\x7f",
    "\x06",
    "\x15",
];

#[test]
fn no_order_of_keys_and_sizes_brings_it_down() {
    let farm = Farm::new(3);
    let mut console = farm.open();
    let mut numbers = Numbers(0x9e37_79b9_7f4a_7c15);
    for round in 0..60 {
        if round % 10 == 0 {
            console
                .api
                .create(&["virtual-0001", "virtual-0002", "nobody"], "true");
        }
        for _ in 0..10 {
            let (columns, rows) = (numbers.below(200), numbers.below(60));
            let cells = |n: usize| u16::try_from(n + 1).unwrap();
            console.terminal.resize(cells(columns), cells(rows));
            let keys: Vec<_> = (0..5).map(|_| KEYS[numbers.below(KEYS.len())]).collect();
            console.terminal.press(&keys.concat());
        }
    }
    console.terminal.resize(120, 40);
    // Whatever is open is left, the last Escape not joined with what follows.
    console.terminal.press("\x1b\x1b\x1b\x1b\x1b\x1b[Zq");
    let question = "Quit, and end the farm?";
    let after = console
        .terminal
        .until(question, |screen| screen.has(question));
    console.terminal.press("n");
    if after.first().contains("frozen") {
        console.terminal.press("p");
    }
    if after.counts().is_none() {
        console.terminal.press("x");
    }
    console.terminal.until("the farm as it is", |screen| {
        screen.counts() == Some(console.api.counts())
    });
    console.terminal.press("qy");
    assert!(console.program.exit().success());
    console.terminal.is_given_back();
}
