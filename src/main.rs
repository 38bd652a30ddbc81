//! The `aigov` program.

fn main() -> std::process::ExitCode {
    aigov::cli::main()
}
