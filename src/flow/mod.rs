//! Scripts: what they are called, which parameters they take, and how they run on one phone.
