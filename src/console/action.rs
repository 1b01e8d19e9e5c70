//! Everything a key can do, said once: name, context, words, danger.
//!
//! The keymap, the help, the hints and the behaviour all come from this table, so they cannot
//! disagree. Nothing here knows which key does it.

use serde::{Deserialize, Serialize};

use super::place;

/// Where a key is heard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Context {
    /// Everywhere but in prompts and questions.
    Global,
    /// In the lists and the details; not in texts, the help, or where something is typed.
    Main,
    /// In every list.
    List,
    /// On tasks: in their list and in the detail of one.
    Task,
    /// On phones: in their list and in the detail of one.
    Device,
    /// On accounts.
    Account,
    /// In a detail.
    Detail,
    /// In a text on the whole screen.
    Viewer,
    /// Where the outputs of a shell command stand side by side.
    Outputs,
    /// Where a phone's screen is shown.
    Picture,
    /// In what was found in logs.
    Hits,
    /// In the help.
    Help,
    /// Where a line is typed; other keys are text.
    Prompt,
    /// Where a row is picked from a list by typing.
    Picker,
    /// On the command line.
    Command,
    /// In the form of new tasks; other keys are text.
    Form,
    /// Where a question is asked; other keys do nothing.
    Confirm,
    /// Where a column to sort by is chosen; other keys are letters of columns.
    Sort,
    /// On the page of statistics.
    Statistics,
    /// On the page of failures.
    Reasons,
}

impl Context {
    /// All, in the order of the help.
    pub const ALL: &[Self] = &[
        Self::List,
        Self::Task,
        Self::Device,
        Self::Account,
        Self::Statistics,
        Self::Reasons,
        Self::Detail,
        Self::Main,
        Self::Viewer,
        Self::Outputs,
        Self::Picture,
        Self::Hits,
        Self::Global,
        Self::Prompt,
        Self::Picker,
        Self::Command,
        Self::Form,
        Self::Confirm,
        Self::Sort,
        Self::Help,
    ];

    /// Its table in a keymap file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Main => "main",
            Self::List => "list",
            Self::Task => "task",
            Self::Device => "device",
            Self::Account => "account",
            Self::Detail => "detail",
            Self::Viewer => "viewer",
            Self::Outputs => "outputs",
            Self::Picture => "picture",
            Self::Hits => "hits",
            Self::Help => "help",
            Self::Prompt => "prompt",
            Self::Picker => "picker",
            Self::Command => "command",
            Self::Form => "form",
            Self::Confirm => "confirm",
            Self::Sort => "sort",
            Self::Statistics => "statistics",
            Self::Reasons => "reasons",
        }
    }

    /// Its title in the help.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::Global => "Everywhere",
            Self::Main => "In lists and details",
            Self::List => "In a list",
            Self::Task => "On tasks",
            Self::Device => "On phones",
            Self::Account => "On accounts",
            Self::Detail => "In a detail",
            Self::Viewer => "In a text",
            Self::Outputs => "Among outputs",
            Self::Picture => "On a phone's screen",
            Self::Hits => "In what was found in logs",
            Self::Help => "In this help",
            Self::Prompt => "While typing",
            Self::Picker => "In a choice",
            Self::Command => "While typing a command",
            Self::Form => "In a form",
            Self::Confirm => "When asked",
            Self::Sort => "While choosing a column",
            Self::Statistics => "On the statistics",
            Self::Reasons => "On the failures",
        }
    }

    /// Whether text is typed there: a key that is not bound stands for itself.
    #[must_use]
    pub const fn types(self) -> bool {
        matches!(
            self,
            Self::Prompt | Self::Picker | Self::Command | Self::Form | Self::Sort
        )
    }

    /// Whether keys of both can be heard at the same moment, so that one key must not mean
    /// two things in them.
    #[must_use]
    pub fn meets(self, other: Self) -> bool {
        let together = |place: &&[Self]| place.contains(&self) && place.contains(&other);
        self == other || place::ALL.iter().any(together)
    }
}

/// What an action may do to the farm.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Danger {
    /// Changes the screen only.
    Looks,
    /// Changes the farm: not in read-only mode; on several rows it asks first.
    Acts,
    /// Changes the farm for good: not in read-only mode, and it always asks first.
    Destroys,
}

/// Where an action is shown besides the help.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shown {
    /// In the hint line, by this word.
    Hint(&'static str),
    /// In the help only.
    Help,
}

/// What is known of an action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Info {
    /// Its name in a keymap file.
    pub name: &'static str,
    /// Where it is heard.
    pub context: Context,
    /// What it does, in a few words.
    pub description: &'static str,
    /// What it may do to the farm.
    pub danger: Danger,
    /// Where it is shown.
    pub shown: Shown,
}

macro_rules! actions {
    ($($variant:ident $context:ident $name:literal $danger:ident $shown:expr, $description:literal;)*) => {
        /// What a key can do.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Action {
            $(#[doc = $description] $variant,)*
        }

        impl Action {
            /// All, in the order of help and hints.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)*];

            /// What is known of it.
            #[must_use]
            pub const fn info(self) -> Info {
                use Danger::{Acts, Destroys, Looks};
                use Shown::{Help, Hint};
                match self {
                    $(Self::$variant => Info {
                        name: $name,
                        context: Context::$context,
                        description: $description,
                        danger: $danger,
                        shown: $shown,
                    },)*
                }
            }
        }
    };
}

actions! {
    Stop        Task    "stop"       Acts     Hint("stop"),    "stop the marked tasks, or this one";
    Retry       Task    "retry"      Acts     Hint("retry"),   "retry the marked tasks, or this one";
    RetryAll    Task    "retry-all"  Acts     Hint("retry all"), "retry all failed tasks";
    Delete      Task    "delete"     Destroys Hint("delete"),  "delete the marked tasks, or this one";
    Log         Task    "log"        Looks    Hint("log"),     "read the log, live";
    LogSearch   Task    "log-search" Looks    Help,            "search its log, or all marked ones";
    Evidence    Task    "evidence"   Looks    Help,            "read the other texts it left";
    TaskScreen  Task    "screen"     Looks    Help,            "see its screen, or that of its phone";
    DeviceScreen Device "screen"     Looks    Hint("screen"),  "see its screen and its elements";
    RetryChanged Task   "edit"       Acts     Help,            "retry with changes, as a new task";
    DeviceTasks Device  "tasks"      Looks    Hint("its tasks"), "show the tasks of this phone";
    Shell       Device  "shell"      Acts     Hint("shell"),   "run a command on the marked phones";
    StopOn      Device  "stop"       Acts     Hint("stop"),    "stop what runs on the marked phones";
    Hold        Device  "hold"       Acts     Help,    "keep the marked phones from work";
    Release     Device  "release"    Acts     Hint("release"), "let the marked phones work again";
    Label       Device  "edit"       Acts     Help,   "name, group and tags of the marked";
    AddAccount  Account "add"        Acts     Hint("add"),     "add an account";
    ChangeAccount Account "change"   Acts     Hint("change"),  "give it another phone or other notes";
    Import      Account "import"     Acts     Hint("import"),  "add the accounts of a CSV file";
    Export      Account "export"     Looks    Hint("export"),  "write all accounts to a CSV file";
    Enable      Account "enable"     Acts     Hint("enable"),  "enable the marked, or this one";
    Disable     Account "disable"    Acts     Hint("disable"), "disable the marked, or this one";
    Remove      Account "delete"     Destroys Hint("delete"),  "delete the marked, or this one";
    StopOnPhone Statistics "stop"    Acts     Hint("stop its task"), "stop the task that runs on this phone";
    StatScreen  Statistics "screen"  Looks    Hint("screen"),  "see the screen of this phone";
    RetryReason Reasons "retry"      Acts     Hint("retry"),   "retry the marked, or this one";
    DeleteReason Reasons "delete"    Destroys Hint("delete"),  "delete the marked, or this one";
    AccountTasks Account "tasks"     Looks    Hint("its tasks"), "show the tasks of this account";
    Open        List    "open"       Looks    Hint("detail"),  "show everything of the selected row";
    Filter      List    "filter"     Looks    Hint("filter"),  "filter the list";
    Failures    List    "failures"   Looks    Hint("failures"), "failures only, on and off";
    Sort        List    "sort"       Looks    Help,            "choose the column to sort by";
    Reverse     List    "reverse"    Looks    Help,            "sort the other way round";
    Down        List    "down"       Looks    Help,            "next row";
    Up          List    "up"         Looks    Help,            "previous row";
    PageDown    List    "page-down"  Looks    Help,            "a page down";
    PageUp      List    "page-up"    Looks    Help,            "a page up";
    First       List    "first"      Looks    Help,            "first row";
    Last        List    "last"       Looks    Help,            "last row";
    Mark        List    "mark"       Looks    Hint("mark"),    "mark or unmark the row, and advance";
    Range       List    "range"      Looks    Help,            "mark as far as you move; again: done";
    MarkAll     List    "mark-all"   Looks    Help,            "mark all that the filter shows";
    Unmark      List    "unmark"     Looks    Help,            "remove all marks";
    New         Main    "new"        Acts     Hint("new"),     "new tasks: a script and its form";
    DetailDown  Detail  "down"       Looks    Help,            "scroll down";
    DetailUp    Detail  "up"         Looks    Help,            "scroll up";
    DetailPageDown Detail "page-down" Looks   Help,            "scroll a page down";
    DetailPageUp Detail "page-up"    Looks    Help,            "scroll a page up";
    DetailFirst Detail  "first"      Looks    Help,            "to the start";
    DetailLast  Detail  "last"       Looks    Help,            "to the end";
    DetailNext  Detail  "next"       Looks    Hint("next"),    "the next row of the list";
    DetailPrevious Detail "previous" Looks    Help,            "the row of the list before";
    DetailWhole Detail  "whole"      Looks    Hint("whole"),   "show long values whole, or cut";
    DetailGo    Detail  "go"         Looks    Hint("go there"), "to the phone or task it is about";
    ViewDown    Viewer  "down"       Looks    Help,            "scroll down";
    ViewUp      Viewer  "up"         Looks    Help,            "scroll up, and stay there";
    ViewPageDown Viewer "page-down"  Looks    Help,            "scroll a page down";
    ViewPageUp  Viewer  "page-up"    Looks    Help,            "scroll a page up";
    ViewFirst   Viewer  "first"      Looks    Help,            "to the start";
    ViewLast    Viewer  "last"       Looks    Help,            "to the end, and follow it";
    Follow      Viewer  "follow"     Looks    Hint("follow"),  "follow the end, or stay";
    ViewLeft    Viewer  "left"       Looks    Help,            "cut lines: to their beginning";
    ViewRight   Viewer  "right"      Looks    Help,            "cut lines: to their end";
    Search      Viewer  "search"     Looks    Hint("search"),  "search";
    FindNext    Viewer  "next"       Looks    Hint("next"),    "to the next place found";
    FindPrevious Viewer "previous"   Looks    Help,            "to the place found before";
    Wrap        Viewer  "wrap"       Looks    Hint("wrap"),    "wrap or cut long lines";
    NextFile    Viewer  "next-file"  Looks    Hint("next file"), "the next file of the attempt";
    PreviousFile Viewer "previous-file" Looks Help,            "the file of the attempt before";
    OutputNext  Outputs "next"       Looks    Help,            "the next output";
    OutputPrevious Outputs "previous" Looks   Help,            "the output before";
    OutputDown  Outputs "down"       Looks    Help,            "the output below";
    OutputUp    Outputs "up"         Looks    Help,            "the output above";
    OutputPageDown Outputs "page-down" Looks  Hint("page"),    "a page of outputs down";
    OutputPageUp Outputs "page-up"   Looks    Help,            "a page of outputs up";
    OutputFirst Outputs "first"      Looks    Help,            "the first output";
    OutputLast  Outputs "last"       Looks    Help,            "the last output";
    OutputOpen  Outputs "open"       Looks    Hint("whole log"), "read all of it";
    OutputFold  Outputs "fold"       Looks    Hint("fold"),    "show equal lines once, on and off";
    OutputAgain Outputs "shell"      Acts     Hint("command"), "run another command on these phones";
    OutputStop  Outputs "stop"       Acts     Hint("stop"),    "stop those that have not ended";
    OutputRetry Outputs "retry"      Acts     Hint("retry"),   "retry those that failed";
    HitsOpen    Hits    "open"       Looks    Hint("log"),     "read the log from this line on";
    HitsDown    Hits    "down"       Looks    Help,            "next line found";
    HitsUp      Hits    "up"         Looks    Help,            "previous line found";
    HitsPageDown Hits   "page-down"  Looks    Help,            "a page down";
    HitsPageUp  Hits    "page-up"    Looks    Help,            "a page up";
    HitsFirst   Hits    "first"      Looks    Help,            "first line found";
    HitsLast    Hits    "last"       Looks    Help,            "last line found";
    HitsSearch  Hits    "search"     Looks    Hint("search"),  "search the same logs for another text";
    Line        Global  "command"    Looks    Help,            "type a command";
    NodeDown    Picture "down"       Looks    Help,            "next element";
    NodeUp      Picture "up"         Looks    Help,            "previous element";
    NodePageDown Picture "page-down" Looks    Help,            "a page of elements down";
    NodePageUp  Picture "page-up"    Looks    Help,            "a page of elements up";
    NodeFirst   Picture "first"      Looks    Help,            "first element";
    NodeLast    Picture "last"       Looks    Help,            "last element";
    LookAgain   Picture "again"      Looks    Hint("look again"), "look at the screen again";
    LookOn      Picture "auto"       Looks    Hint("keep looking"), "look again every few seconds";
    Pictures    Picture "pictures"   Looks    Hint("picture"), "pictures on and off";
    Reasons     Main    "reasons"    Looks    Hint("why"),     "failed tasks by what went wrong";
    Statistics  Main    "statistics" Looks    Hint("numbers"), "statistics by phone and script";
    Copy        Global  "copy"       Looks    Help,            "copy the id or serial (OSC 52)";
    Save        Global  "save"       Looks    Help,            "save what is shown: text, CSV or JSON";
    Next        Global  "next-panel" Looks    Hint("panel"),   "next panel";
    Previous    Global  "previous-panel" Looks Help,           "previous panel";
    Devices     Global  "devices"    Looks    Help,            "to the phones";
    Tasks       Global  "tasks"      Looks    Help,            "to the tasks";
    Accounts    Global  "accounts"   Looks    Help,            "to the accounts";
    Incidents   Global  "incidents"  Looks    Help,            "to the incidents";
    Freeze      Global  "freeze"     Looks    Help,            "freeze the picture, and go on";
    Stats       Global  "stats"      Looks    Help,            "show or hide the statistics";
    Repaint     Global  "repaint"    Looks    Help,            "repaint the screen";
    Back        Global  "back"       Looks    Hint("back"),    "leave detail, filter, marks, row";
    Help        Global  "help"       Looks    Hint("help"),    "this help";
    Quit        Global  "quit"       Looks    Hint("quit"),    "back, and at the top: quit";
    HelpClose   Help    "close"      Looks    Hint("close"),   "close the help";
    HelpDown    Help    "down"       Looks    Hint("down"),    "scroll down";
    HelpUp      Help    "up"         Looks    Hint("up"),      "scroll up";
    HelpPageDown Help   "page-down"  Looks    Help,            "scroll a page down";
    HelpPageUp  Help    "page-up"    Looks    Help,            "scroll a page up";
    HelpFirst   Help    "first"      Looks    Help,            "to the start";
    HelpLast    Help    "last"       Looks    Help,            "to the end";
    Accept      Prompt  "accept"     Looks    Hint("apply"),   "apply what is typed";
    Cancel      Prompt  "cancel"     Looks    Hint("cancel"),  "leave everything as it was";
    Complete    Prompt  "complete"   Looks    Hint("complete"), "complete the word, and the next one";
    SortCancel  Sort    "cancel"     Looks    Hint("leave it"), "leave the order as it is";
    PickDown    Picker  "down"       Looks    Hint("down"),    "next row";
    PickUp      Picker  "up"         Looks    Hint("up"),      "previous row";
    CompleteBack Command "complete-back" Looks Help,           "complete with the one before";
    Older       Command "older"      Looks    Hint("history"), "the command before that begins so";
    Newer       Command "newer"      Looks    Help,            "the command after that begins so";
    FormCreate  Form    "create"     Acts     Hint("create"),  "create the tasks";
    FieldNext   Form    "next"       Looks    Hint("next"),    "next field";
    FieldPrevious Form  "previous"   Looks    Help,            "previous field";
    FieldDown   Form    "down"       Looks    Help,            "next line or field";
    FieldUp     Form    "up"         Looks    Help,            "previous line or field";
    FieldAccept Form    "accept"     Looks    Help,            "next field, and at the last: create";
    FieldChoose Form    "choose"     Looks    Hint("choose"),  "next value, where there is a choice";
    FieldChooseBack Form "choose-back" Looks  Help,            "the value before";
    FieldLine   Form    "new-line"   Looks    Help,            "a new line in a text or a list";
    FormLeave   Form    "leave"      Looks    Hint("leave"),   "leave the form";
    Yes         Confirm "yes"        Looks    Hint("do it"),   "do it";
    No          Confirm "no"         Looks    Hint("leave it"), "leave everything as it is";
}

impl Action {
    /// The action that a keymap file calls so in this context.
    #[must_use]
    pub fn named(context: Context, name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| {
            let info = action.info();
            info.context == context && info.name == name
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Action, Context};

    #[test]
    fn a_name_means_one_action_in_its_context() {
        for action in Action::ALL {
            let info = action.info();
            assert_eq!(Action::named(info.context, info.name), Some(*action));
        }
    }

    #[test]
    fn meeting_is_symmetric() {
        for a in Context::ALL {
            for b in Context::ALL {
                assert_eq!(a.meets(*b), b.meets(*a), "{a:?} {b:?}");
            }
        }
    }
}
