using ArchUnitNET.Domain;
using ArchUnitNET.Loader;

namespace OrdersMcp.Tests.Architecture;

/// <summary>The rooms of a project, which are its folders and namespaces, and the dependencies between them.</summary>
internal static class Rooms
{
    /// <summary>The room of the files outside the folders. <c>Program.cs</c> has no namespace and may use every room.</summary>
    public const string Top = "(top)";

    /// <summary>
    /// Each pair of rooms of which the first uses the second, with an example. A folder below a room is part of the room, unless
    /// <paramref name="layers"/> names it.
    /// </summary>
    public static IReadOnlyDictionary<(string From, string To), string> Arrows(System.Reflection.Assembly project, string[][] layers)
    {
        var arrows = new Dictionary<(string, string), string>();
        foreach (var type in new ArchLoader().LoadAssembly(project).Build().Types)
        {
            foreach (var used in type.Dependencies.Select(dependency => dependency.Target).Where(used => used is not GenericParameter))
            {
                if (RoomOf(type.Namespace?.FullName) is { } from && RoomOf(used.Namespace?.FullName) is { } to && from != to)
                {
                    arrows.TryAdd((from, to), $"{type.FullName} uses {used.FullName}");
                }
            }
        }

        return arrows;

        string? RoomOf(string? space) => Rooms.RoomOf(project, layers, space);
    }

    /// <summary>
    /// Fails if a room uses a room of a higher layer, if rooms of one layer depend on each other in a circle, or if a room is in
    /// no layer.
    /// </summary>
    /// <param name="project">The assembly.</param>
    /// <param name="layers">The rooms of each layer, from top to bottom.</param>
    public static void AssertOneWay(System.Reflection.Assembly project, string[][] layers)
    {
        var arrows = Arrows(project, layers);
        var layerOf = layers.SelectMany((layer, index) => layer.Select(room => (room, index)))
            .ToDictionary(each => each.room, each => each.index, StringComparer.Ordinal);

        Assert.NotEmpty(arrows);
        Assert.Subset(layerOf.Keys.ToHashSet(), project.GetTypes().Select(type => RoomOf(project, layers, type.Namespace)).OfType<string>().ToHashSet());
        var upward = arrows.Where(arrow => layerOf[arrow.Key.From] > layerOf[arrow.Key.To]).Select(arrow => arrow.Value).ToArray();
        Assert.True(upward.Length == 0, string.Join('\n', upward));
        var circle = layers.SelectMany(layer => Circle(layer, arrows.Keys.ToHashSet())).ToHashSet();
        Assert.True(circle.Count == 0, string.Join('\n', arrows.Where(arrow => circle.Contains(arrow.Key.From) && circle.Contains(arrow.Key.To)).Select(arrow => arrow.Value)));
    }

    private static string? RoomOf(System.Reflection.Assembly project, string[][] layers, string? space)
    {
        var root = project.GetName().Name!;
        if (space is null || (space != root && !space.StartsWith(root + ".", StringComparison.Ordinal)))
        {
            return null;
        }

        var path = space.Length == root.Length ? "" : space[(root.Length + 1)..];
        return path.Length == 0 ? Top
            : layers.SelectMany(layer => layer).OrderByDescending(room => room.Length)
                .FirstOrDefault(room => path == room || path.StartsWith(room + ".", StringComparison.Ordinal)) ?? path.Split('.')[0];
    }

    /// <summary>The rooms of a layer that remain after repeatedly removing rooms that use no other room of the layer.</summary>
    private static HashSet<string> Circle(string[] layer, HashSet<(string From, string To)> arrows)
    {
        var left = layer.ToHashSet(StringComparer.Ordinal);
        while (left.RemoveWhere(room => !left.Any(other => arrows.Contains((room, other)))) > 0)
        {
        }

        return left;
    }
}
