// Where the job is. Strings throughout in the ATS's samples, the coordinates included.
import { documented, sharedObject } from '../field.ts';
import { text } from '../kinds.ts';

const part = text.nullable();

export const address = sharedObject('address', {
  street_number: documented(part, 'Numéro', 'Street number'),
  route: documented(part, 'Voie', 'Street'),
  postal_code: documented(part, 'Code postal', 'Postal code'),
  locality: documented(part, 'Commune', 'Town'),
  administrative_area_level_1: documented(part, 'Région', 'Region'),
  administrative_area_level_2: documented(part, 'Département', 'Department'),
  country: documented(part, 'Pays', 'Country'),
  location_lat: documented(part, 'Latitude, en degrés', 'Latitude, in degrees'),
  location_lng: documented(part, 'Longitude, en degrés', 'Longitude, in degrees'),
  formatted_address: documented(
    part,
    "L'adresse complète, sur une ligne",
    'The whole address, in one line',
  ),
});
