namespace OrdersMcp.AppHost.Resources;

/// <summary>Dashboard commands that run a service's own program.</summary>
internal static class OwnCommands
{
    /// <summary>The command line of the program that was built with this host.</summary>
    public static ProcessCommandSpec OwnCommand(this IResourceBuilder<ProjectResource> service, params string[] command)
    {
        var project = service.Resource.GetProjectMetadata().ProjectPath;
        return new ProcessCommandSpec(ServiceExtensions.Program(project))
        {
            Arguments = command,
            WorkingDirectory = Path.GetDirectoryName(project), // contains the program's settings
        };
    }

    public static ProcessCommandSpec With(this ProcessCommandSpec command, string variable, string? value)
    {
        command.EnvironmentVariables[variable] = value ?? "";
        return command;
    }
}
