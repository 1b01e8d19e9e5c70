mod file;
mod registry;

/// The head that every app's file needs.
const HEAD: &str = "title = \"Mine\"\npackage = \"com.example.mine\"\n";
