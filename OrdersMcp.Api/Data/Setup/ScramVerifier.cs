using System.Security.Cryptography;
using System.Text;

namespace OrdersMcp.Api.Data.Setup;

/// <summary>
/// A SCRAM verifier as PostgreSQL stores it (RFC 5803, <c>pg_authid.rolpassword</c>). The client creates it, like
/// <c>\password</c> in psql, so the password appears in no statement and in no log of the server.
/// </summary>
internal static class ScramVerifier
{
    private const int Iterations = 4096; // PostgreSQL's scram_iterations
    private const int SaltLength = 16;

    /// <exception cref="InvalidOperationException">
    /// The password contains spaces or characters beyond printable ASCII, which would need SASLprep.
    /// </exception>
    public static string Create(string password) => Create(password, RandomNumberGenerator.GetBytes(SaltLength), Iterations);

    public static string Create(string password, byte[] salt, int iterations)
    {
        if (!password.All(letter => letter is > ' ' and <= '~'))
        {
            throw new InvalidOperationException(
                "A database password contains spaces, control characters or characters beyond ASCII. Use letters and digits, "
                + "for example from: openssl rand -hex 24");
        }

        var salted = Rfc2898DeriveBytes.Pbkdf2(
            Encoding.ASCII.GetBytes(password), salt, iterations, HashAlgorithmName.SHA256, SHA256.HashSizeInBytes);
        var storedKey = SHA256.HashData(HMACSHA256.HashData(salted, "Client Key"u8));
        var serverKey = HMACSHA256.HashData(salted, "Server Key"u8);
        return $"SCRAM-SHA-256${iterations}:{Convert.ToBase64String(salt)}"
            + $"${Convert.ToBase64String(storedKey)}:{Convert.ToBase64String(serverKey)}";
    }
}
