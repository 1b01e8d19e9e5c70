//! `cmd SERVICE ...`: the commands of services, most of which have a program of their own too.

use super::{Context, Ending, Plain, activity, ime, input, location, package, system, window};

pub async fn cmd(ctx: Context, args: Vec<String>) -> Ending {
    let Some((service, args)) = args.split_first() else {
        ctx.io
            .stderr
            .write("cmd: No service specified; use -l to list all services\n")
            .await?;
        return Ok(20);
    };
    let command: Plain = match service.as_str() {
        "package" => return package::pm(ctx, args.to_vec()).await,
        "activity" => activity::am,
        "appops" => location::appops,
        "connectivity" => location::connectivity,
        "input" => input::input,
        "input_method" => ime::ime,
        "location" => location::location,
        "settings" => system::settings,
        "window" => window::wm,
        other => {
            ctx.io
                .stderr
                .write(format!("cmd: Can't find service: {other}\n"))
                .await?;
            return Ok(20);
        }
    };
    super::run_plain(&ctx, command, args).await
}
