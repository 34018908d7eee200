//! The binary: what the command line says, `cli` does.

fn main() -> std::process::ExitCode {
    parloir::cli::main(parloir::app::pages)
}
