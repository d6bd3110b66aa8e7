# frozen_string_literal: true

# Checks that a webhook comes from your ATS. Ruby 3.0 or later, standard library only.
require "openssl"

module VerifyWebhook
  # Seconds by which the sender's clock may differ from yours.
  TOLERANCE_SECONDS = 5 * 60

  # secret: the whole text that you were shown, from "whsec_" on.
  # headers: anything that gives a header by its name, such as request.headers of Rails.
  # raw_body: the bytes as they came, before any JSON parser.
  def self.authentic?(secret, headers, raw_body)
    id = headers["webhook-id"].to_s
    timestamp = headers["webhook-timestamp"].to_s
    signatures = headers["webhook-signature"].to_s

    return false unless timestamp.match?(/\A[0-9]{1,15}\z/)
    return false if (Time.now.to_i - timestamp.to_i).abs > TOLERANCE_SECONDS

    signed = "#{id}.#{timestamp}.".b + raw_body.b
    digest = OpenSSL::HMAC.digest("SHA256", key_of(secret), signed)
    expected = "v1,#{[digest].pack("m0")}"
    signatures.split(" ").any? { |signature| OpenSSL.secure_compare(signature, expected) }
  end

  # An empty key would let anybody sign: a secret that was not set must not go unnoticed.
  def self.key_of(secret)
    key = secret.delete_prefix("whsec_").unpack1("m0")
    return key if secret.start_with?("whsec_") && key.bytesize >= 24

    raise ArgumentError, 'the webhook secret must be the whole text, from "whsec_" on'
  end
  private_class_method :key_of
end
