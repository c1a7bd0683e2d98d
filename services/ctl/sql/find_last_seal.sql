-- The highest id of a key that a contact or a webhook's secret is sealed with; 0: nothing is sealed.
-- A seal begins with it, two bytes, as crypto.h has it.
SELECT coalesce(max(get_byte(sealed, 0) * 256 + get_byte(sealed, 1)), 0)
  FROM (SELECT sealed FROM contacts
         UNION ALL
        SELECT sealed FROM webhooks) AS everything
