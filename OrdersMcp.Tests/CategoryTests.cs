using Xunit.v3;

namespace OrdersMcp.Tests;

/// <summary>Every test class declares its needs, so that <c>dotnet test --filter Category=Unit</c> is quick.</summary>
[Trait("Category", "Unit")]
public sealed class CategoryTests
{
    /// <summary>
    /// Unit: only this process, and little time. Postgres: a database, other processes, npm tools, or much time.
    /// Stack: the whole system. Browser: a browser.
    /// </summary>
    private static readonly string[] Categories = ["Unit", "Postgres", "Stack", "Browser"];

    [Fact]
    public void Every_test_class_has_one_category()
    {
        var wrong = typeof(CategoryTests).Assembly.GetTypes()
            .Where(type => !type.IsAbstract && type.GetMethods().Any(method => method.IsDefined(typeof(FactAttribute), inherit: true)))
            .Select(type => (type.FullName, Found: CategoriesOf(type)))
            .Where(test => test.Found is not [var category] || !Categories.Contains(category, StringComparer.Ordinal))
            .Select(test => $"{test.FullName}: {string.Join(", ", test.Found)}");

        Assert.Empty(wrong);
    }

    private static string[] CategoriesOf(Type type) =>
        [.. type.GetCustomAttributes(inherit: true).OfType<ITraitAttribute>().SelectMany(trait => trait.GetTraits())
            .Where(trait => trait.Key == "Category").Select(trait => trait.Value)];
}
