namespace OrdersMcp.AppHost.Resources;

/// <summary>Commands of a service's own program, for the dashboard.</summary>
internal static class OwnCommands
{
    /// <summary>How the program is started, as it was built with this host.</summary>
    public static ProcessCommandSpec OwnCommand(this IResourceBuilder<ProjectResource> service, params string[] command)
    {
        var project = service.Resource.GetProjectMetadata().ProjectPath;
        return new ProcessCommandSpec(ServiceExtensions.Program(project))
        {
            Arguments = command,
            WorkingDirectory = Path.GetDirectoryName(project), // where the program's settings are
        };
    }

    public static ProcessCommandSpec With(this ProcessCommandSpec command, string variable, string? value)
    {
        command.EnvironmentVariables[variable] = value ?? "";
        return command;
    }
}
