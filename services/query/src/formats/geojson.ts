/**
 * RFC 7946: a feature a claim. The geometry is what the claim itself states, else what the gazetteer knows of its places
 * (`geometry_from` says which); a claim without either has none.
 */
import { type GazetteerPlace, placeOf } from '../places/gazetteer.ts';
import { type ClaimFormat, claimUrl, dataOf, describeClaim, type FormattedClaim } from './claim-format.ts';

type Point = readonly [longitude: number, latitude: number];
type Located = { readonly points: readonly Point[]; readonly from: 'claim' | 'gazetteer' | null };

export const geojsonFormat: ClaimFormat = {
  name: 'geojson',
  mediaType: 'application/geo+json; charset=utf-8',
  extent: 'walk',
  head: () => '{"type":"FeatureCollection","features":[',
  item(claim, index, context) {
    const { points, from } = locate(claim);
    const feature = {
      type: 'Feature',
      id: claim.subject,
      geometry: toGeometry(points),
      properties: {
        title: claim.title,
        kind: claim.kind,
        state: claim.state,
        description: describeClaim(claim),
        occurred: claim.occurred.edtf,
        start: claim.occurred.earliest,
        end: claim.occurred.latest,
        published: claim.published.latest,
        places: (dataOf(claim).places ?? []).map(({ name }) => name),
        figures: claim.figures,
        incident: claim.incident,
        geometry_from: from,
        url: claimUrl(claim, context),
      },
    };
    return `${index > 0 ? ',' : ''}\n${JSON.stringify(feature)}`;
  },
  tail: ({ position }) => `\n],"position":${JSON.stringify(position)}}\n`,
};

function locate(claim: FormattedClaim): Located {
  const { places = [] } = dataOf(claim);
  const stated = places.flatMap(({ point }) => (point ? [point] : []));
  if (stated.length > 0) return { points: stated, from: 'claim' };
  const known = places.map(placeOf).filter((place): place is GazetteerPlace => place !== null);
  // A crossing says where better than its border, and a border better than a country.
  const best = Math.min(...known.map(({ precision }) => precisions.indexOf(precision)));
  const points = known.filter(({ precision }) => precisions.indexOf(precision) === best).map(({ point }) => point);
  return points.length > 0 ? { points, from: 'gazetteer' } : { points: [], from: null };
}

const precisions: readonly GazetteerPlace['precision'][] = ['place', 'border', 'country'];

function toGeometry(points: readonly Point[]) {
  const [first] = points;
  if (!first) return null;
  const different = [...new Map(points.map((point) => [point.join(), point])).values()];
  return different.length === 1
    ? { type: 'Point', coordinates: first }
    : { type: 'MultiPoint', coordinates: different };
}
