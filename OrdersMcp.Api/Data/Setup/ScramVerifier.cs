using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// What PostgreSQL keeps of a password (RFC 5803, as in <c>pg_authid.rolpassword</c>). Made by the client, as psql's
/// <c>\password</c> does, the password itself is in no statement, and so in no log of the server.
/// </summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096; // PostgreSQL's scram_iterations
    private const int SaltLength = 16;

    /// <exception cref="InvalidOperationException">The password is not of printable ASCII, which needs no SASLprep.</exception>
    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    public static string Create(string password, byte[] salt, int iterations)
    {
        if (!password.All(letter => letter is > ' ' and <= '~'))
        {
            throw new InvalidOperationException(
                "A password of the database has spaces, control characters or letters beyond ASCII. Choose letters and "
                + "digits, for example with: openssl rand -hex 24");
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
