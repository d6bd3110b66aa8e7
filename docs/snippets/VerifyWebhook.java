// Checks that a webhook comes from your ATS. Java 11 or later, standard library only.
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Base64;
import java.util.function.UnaryOperator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

public final class VerifyWebhook {
    /** Seconds by which the sender's clock may differ from yours. */
    private static final long TOLERANCE_SECONDS = 5 * 60;

    private VerifyWebhook() {}

    /**
     * @param secret the whole text that you were shown, from "whsec_" on
     * @param header gives a header by its name, or null: request::getHeader of a servlet
     * @param rawBody the bytes as they came, before any JSON parser
     */
    public static boolean isAuthentic(String secret, UnaryOperator<String> header, byte[] rawBody)
            throws GeneralSecurityException {
        String id = header.apply("webhook-id");
        String timestamp = header.apply("webhook-timestamp");
        String signatures = header.apply("webhook-signature");

        if (id == null || timestamp == null || signatures == null) return false;
        if (!timestamp.matches("[0-9]{1,15}")) return false;
        long age = Instant.now().getEpochSecond() - Long.parseLong(timestamp);
        if (Math.abs(age) > TOLERANCE_SECONDS) return false;

        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(keyOf(secret), "HmacSHA256"));
        mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
        byte[] expected = bytes("v1," + Base64.getEncoder().encodeToString(mac.doFinal(rawBody)));
        for (String signature : signatures.split(" ")) {
            // In a time that does not tell how much of a forged signature is right.
            if (MessageDigest.isEqual(bytes(signature), expected)) return true;
        }
        return false;
    }

    /** An empty key would let anybody sign: a secret that was not set must not go unnoticed. */
    private static byte[] keyOf(String secret) {
        byte[] key = secret.startsWith("whsec_")
                ? Base64.getDecoder().decode(secret.substring("whsec_".length()))
                : new byte[0];
        if (key.length < 24) {
            throw new IllegalArgumentException(
                    "the webhook secret must be the whole text, from \"whsec_\" on");
        }
        return key;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
