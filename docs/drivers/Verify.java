// Runs VerifyWebhook.java over deliveries from standard input: one a line, one verdict a line.
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

final class Verify {
    private static final List<String> NAMES =
            List.of("webhook-id", "webhook-timestamp", "webhook-signature");

    public static void main(String[] args) throws Exception {
        var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String line = input.readLine(); line != null; line = input.readLine()) {
            System.out.println(verdictOn(line.split("\t", -1)));
        }
    }

    private static String verdictOn(String[] parts) {
        try {
            boolean authentic = VerifyWebhook.isAuthentic(
                    parts[0],
                    name -> valueOf(parts[1 + NAMES.indexOf(name)]),
                    Base64.getDecoder().decode(parts[4]));
            return authentic ? "accepted" : "refused";
        } catch (Exception error) {
            return "error";
        }
    }

    private static String valueOf(String part) {
        return part.equals("-") ? null : part;
    }
}
