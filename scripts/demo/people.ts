/** The people of Harbour Clinic, an invented workplace: who they are and when they usually work. */

/** `early`, `day`, `late` and `night` are shifts; `mornings` are part-timers. */
export type Rota = 'early' | 'day' | 'late' | 'night' | 'mornings';

type Entry = [name: string, department: string, position: string, rota: Rota];

const entries: Entry[] = [
  ['Ana Kovač', 'Administration', 'Practice manager', 'day'],
  ['Daniel Mensah', 'Nursing', 'Head nurse', 'day'],
  ['Mira Lindqvist', 'Physiotherapy', 'Physiotherapist', 'day'],
  ['Yusuf Demir', 'Reception', 'Receptionist', 'early'],
  ['Sofia Marques', 'Reception', 'Receptionist', 'late'],
  ['Hanna Virtanen', 'Reception', 'Receptionist', 'mornings'],
  ['Tomás Herrera', 'Reception', 'Patient coordinator', 'day'],
  ['Leila Haddad', 'Medicine', 'General practitioner', 'day'],
  ['Jonas Albrecht', 'Medicine', 'General practitioner', 'day'],
  ['Priya Raman', 'Medicine', 'Paediatrician', 'day'],
  ['Oleksandr Shevchuk', 'Medicine', 'Internist', 'late'],
  ['Chiara Bellini', 'Medicine', 'Dermatologist', 'mornings'],
  ['Kwame Boateng', 'Medicine', 'Physician on call', 'night'],
  ['Aiko Tanaka', 'Nursing', 'Nurse', 'early'],
  ['Marta Nowak', 'Nursing', 'Nurse', 'early'],
  ['Fatima El Amrani', 'Nursing', 'Nurse', 'day'],
  ['Lukas Steiner', 'Nursing', 'Nurse', 'day'],
  ['Grace Okafor', 'Nursing', 'Nurse', 'late'],
  ['Emil Novák', 'Nursing', 'Nurse', 'late'],
  ['Siobhán Byrne', 'Nursing', 'Night nurse', 'night'],
  ['Ravi Chandrasekaran', 'Nursing', 'Night nurse', 'night'],
  ['Ines Carvalho', 'Nursing', 'Nursing assistant', 'early'],
  ['Pavel Dvořák', 'Nursing', 'Nursing assistant', 'late'],
  ['Noor Rahimi', 'Nursing', 'Trainee nurse', 'day'],
  ['Elena Petrova', 'Laboratory', 'Laboratory lead', 'early'],
  ['Duc Tran', 'Laboratory', 'Technician', 'day'],
  ['Zeynep Aydın', 'Laboratory', 'Technician', 'day'],
  ['Samuel Wanjiru', 'Laboratory', 'Technician', 'mornings'],
  ['Camille Laurent', 'Imaging', 'Radiographer', 'day'],
  ['Mateo Vargas', 'Imaging', 'Radiographer', 'late'],
  ['Astrid Nielsen', 'Imaging', 'Sonographer', 'mornings'],
  ['Ibrahim Diallo', 'Physiotherapy', 'Physiotherapist', 'day'],
  ['Katarzyna Zielińska', 'Physiotherapy', 'Occupational therapist', 'mornings'],
  ['Wei Zhang', 'Pharmacy', 'Pharmacist', 'day'],
  ['Amara Nwosu', 'Pharmacy', 'Pharmacy technician', 'day'],
  ['Benedikt Huber', 'Administration', 'Bookkeeper', 'day'],
  ['Shira Goldberg', 'Administration', 'Billing', 'mornings'],
  ['Arjun Patel', 'Administration', 'Systems administrator', 'day'],
  ['Luca Moretti', 'Facilities', 'Caretaker', 'early'],
  ['Ewa Sikora', 'Facilities', 'Housekeeping', 'early'],
  ['Tendai Moyo', 'Facilities', 'Housekeeping', 'late'],
  ['Nadia Rossi', 'Nursing', 'Nurse', 'early'],
  ['Oskar Lindgren', 'Nursing', 'Nurse', 'late'],
  ['Thandiwe Dlamini', 'Nursing', 'Night nurse', 'night'],
  ['Farid Mansour', 'Medicine', 'Surgeon', 'day'],
  ['Beatriz Fonseca', 'Medicine', 'Resident physician', 'late'],
  ['Joost van Dijk', 'Laboratory', 'Technician', 'early'],
  ['Rosa Jiménez', 'Pharmacy', 'Pharmacist', 'late'],
  ['Henrik Solberg', 'Facilities', 'Porter', 'early'],
  ['Mei Ling Ho', 'Imaging', 'Trainee radiographer', 'day'],
  ['Giulia Conti', 'Café and shop', 'Cashier', 'day'],
  ['Marek Havel', 'Café and shop', 'Barista', 'day'],
];

export type Resident = {
  name: string;
  email: string;
  department: string;
  position: string;
  category: string;
  rota: Rota;
  /** The person's place among those of the same rota: it decides about days off. */
  order: number;
};

export const residents: Resident[] = entries.map(([name, department, position, rota], index) => ({
  name,
  email: emailOf(name),
  department,
  position,
  category: categoryOf(department, position, rota),
  rota,
  order: entries.slice(0, index).filter((earlier) => earlier[3] === rota).length,
}));

/** Those who get a sign-in. Mira has not come in yet, whatever the hour: she is the one to check in with. */
export const signedIn = [
  { name: 'Ana Kovač', role: 'admin' },
  { name: 'Daniel Mensah', role: 'supervisor' },
  { name: 'Leila Haddad', role: 'host' },
  { name: 'Giulia Conti', role: 'cashier' },
  { name: 'Marek Havel', role: 'releasing' },
  { name: 'Mira Lindqvist', role: 'employee' },
] as const;

function categoryOf(department: string, position: string, rota: Rota): string {
  if (/^Trainee|^Resident/.test(position)) return 'Trainee';
  if (department === 'Facilities') return 'Contractor';
  return rota === 'mornings' ? 'Part-time' : 'Staff';
}

function emailOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '').replaceAll('ı', 'i').toLowerCase();
  return `${plain.replaceAll(/[^a-z]+/g, '.')}@harbour.example`;
}
