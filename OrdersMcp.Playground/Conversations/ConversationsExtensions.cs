namespace OrdersMcp.Playground.Conversations;

internal static class ConversationsExtensions
{
    public static void AddConversations(this IServiceCollection services)
    {
        services.AddSingleton<ConversationLoop>();
        services.AddSingleton<ConversationRunner>();
    }
}
